//! Secrets planted wherever one can come in: none of them may stand in the log, at whatever level.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use reqwest::Method;
use revcart_tests::shop::text;
use revcart_tests::{Reply, Shop, command};
use serde_json::{Value, json};

const PASSWORD: &str = "planted-passphrase-4711";
const WRONG: &str = "planted-wrong-passphrase";
const NEW: &str = "planted-new-passphrase-12";
const BEARER: &str = "planted.bearer.token";
const PAYMENT: &str = "tok_planted_0815";
const SIGNATURE: &str = "planted0signature";
const CARD: &str = "planted-card";
/// Addresses of people are no log's business.
const ASHA: &str = "asha.planted@example.com";
/// Settings that are secrets, with what must stay where it is. The gateways are out of reach: what they are not told is not said either.
const SETTINGS: [(&str, &str); 7] = [
    ("REVCART_STRIPE_SECRET_KEY", "sk_test_planted_7a81"),
    ("REVCART_STRIPE_WEBHOOK_SECRET", "whsec_planted_93b2"),
    (
        "REVCART_STRIPE_PUBLISHABLE_KEY",
        "pk_test_shown_to_everybody",
    ),
    ("REVCART_STRIPE_URL", "http://127.0.0.1:9"),
    ("REVCART_RAZORPAY_KEY_ID", "rzp_test_shown"),
    ("REVCART_RAZORPAY_KEY_SECRET", "rzp_planted_55c0"),
    ("REVCART_RAZORPAY_WEBHOOK_SECRET", "rzp_planted_hook_aa12"),
];

/// A system whose whole log goes to a file.
struct Logged {
    folder: tempfile::TempDir,
    process: tokio::process::Child,
    shop: Shop,
}

impl Logged {
    async fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let log = File::create(folder.path().join("log"))?;
        let mut command = command::prepared();
        command
            .arg("up")
            .arg("--relaxed")
            .arg("--data")
            .arg(folder.path().join("data"));
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        command
            .envs(SETTINGS)
            .env("RUST_LOG", "debug")
            .env("REVCART_REQUIRE_VERIFICATION", "true");
        command.stdout(log.try_clone()?).stderr(log);
        let process = command.spawn()?;
        let shop = Shop::at(format!("http://127.0.0.1:{port}"));
        let up = async {
            while !matches!(shop.get("/health", None).await, Ok(reply) if reply.status == 200) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), up).await?;
        Ok(Self {
            folder,
            process,
            shop,
        })
    }

    /// The code in the latest mail to this address.
    async fn code(&self, address: &str) -> anyhow::Result<String> {
        let found = async {
            loop {
                if let Some(code) = mailed(self.folder.path(), address)? {
                    return anyhow::Ok(code);
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), found).await?
    }

    async fn ended(mut self) -> anyhow::Result<String> {
        self.process.kill().await?;
        Ok(std::fs::read_to_string(self.folder.path().join("log"))?)
    }
}

/// The six digits that stand alone in the part of the mail files that begins with this address.
fn mailed(folder: &Path, address: &str) -> anyhow::Result<Option<String>> {
    let mut folders = vec![folder.join("data")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?.path();
            if entry.is_dir() {
                folders.push(entry);
            } else if let Ok(text) = std::fs::read_to_string(&entry)
                && let Some((_, mail)) = text.rsplit_once(address)
            {
                let words = mail.split(|letter: char| !letter.is_ascii_alphanumeric());
                let code = words
                    .into_iter()
                    .find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()));
                if let Some(code) = code {
                    return Ok(Some(code.to_owned()));
                }
            }
        }
    }
    Ok(None)
}

async fn say(shop: &Shop, path: &str, body: Value) -> anyhow::Result<Reply> {
    shop.post(path, None, &body).await
}

/// From the registration to a stolen refresh token; everything secret that was given out.
async fn account(logged: &Logged) -> anyhow::Result<Vec<String>> {
    let shop = &logged.shop;
    let with = |more: Value| {
        let mut body = json!({ "email": ASHA });
        let fields = body.as_object_mut().expect("it is an object");
        fields.extend(more.as_object().cloned().unwrap_or_default());
        body
    };
    let newcomer = with(json!({"password": PASSWORD, "name": "Asha"}));
    say(shop, "/api/users/register", newcomer).await?;
    let code = logged.code(ASHA).await?;
    say(shop, "/api/users/verify-otp", with(json!({"code": code}))).await?;
    say(shop, "/api/users/login", with(json!({"password": WRONG}))).await?;
    let login = say(
        shop,
        "/api/users/login",
        with(json!({"password": PASSWORD})),
    )
    .await?;
    let login = login.expect(200);
    let (access, refresh) = (text(&login, "accessToken"), text(&login, "refreshToken"));
    let once = json!({"refreshToken": refresh});
    let renewed = say(shop, "/api/users/refresh", once.clone())
        .await?
        .expect(200);
    // Used twice: a theft, which is logged and reported.
    say(shop, "/api/users/refresh", once).await?;
    let change = json!({"currentPassword": PASSWORD, "newPassword": NEW, "refreshToken": refresh});
    shop.put("/api/users/password", Some(access), &change)
        .await?;
    let secrets = [&code, access, refresh, text(&renewed, "refreshToken")];
    Ok(secrets.map(str::to_owned).to_vec())
}

/// Secrets where they do not belong, or in what cannot be read.
async fn nonsense(shop: &Shop, access: &str) -> anyhow::Result<()> {
    let request = |path: &str, token| shop.request(Method::POST, path, token);
    let broken = format!("{{\"password\": \"{PASSWORD}\", ");
    let broken = request("/api/users/login", None).body(broken);
    shop.send(broken.header("content-type", "application/json"))
        .await?;
    shop.get("/api/orders", Some(BEARER)).await?;
    let paid = json!({"paymentMethod": "DUMMY", "paymentToken": PAYMENT, "addressId": "x"});
    let checkout = request("/api/orders/checkout", Some(access));
    let checkout = checkout.header("idempotency-key", "planted");
    shop.send(checkout.json(&paid)).await?;
    for gateway in ["stripe", "razorpay"] {
        let hook = request(&format!("/api/payments/webhooks/{gateway}"), None)
            .header("stripe-signature", format!("t=1,v1={SIGNATURE}"))
            .header("x-razorpay-signature", SIGNATURE)
            .header("x-razorpay-event-id", "e1");
        shop.send(hook.json(&json!({"id": "evt", "card": CARD})))
            .await?;
    }
    Ok(())
}

/// Short secrets are only meant where they stand alone.
fn stands_in(line: &str, secret: &str) -> bool {
    let apart = |letter: char| !letter.is_ascii_alphanumeric() && !"-_.".contains(letter);
    match secret.len() {
        ..=6 => line.split(apart).any(|word| word == secret),
        _ => line.contains(secret),
    }
}

#[tokio::test]
async fn no_secret_stands_in_the_log_at_any_level() -> anyhow::Result<()> {
    let logged = Logged::start().await?;
    let given = account(&logged).await?;
    nonsense(&logged.shop, &given[1]).await?;
    let log = logged.ended().await?;
    assert!(log.contains("request"), "there is a log: {log}");
    let ours = SETTINGS.iter().map(|(_, secret)| *secret);
    let ours = ours.filter(|secret| secret.contains("planted"));
    let planted = [PASSWORD, WRONG, NEW, BEARER, PAYMENT, SIGNATURE, CARD, ASHA];
    for secret in ours.chain(planted).chain(given.iter().map(String::as_str)) {
        let line = log.lines().find(|line| stands_in(line, secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
    Ok(())
}
