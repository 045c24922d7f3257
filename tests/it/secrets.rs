//! Secrets planted wherever one can come in: none of them may stand in the log, at whatever level.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use revcart_tests::shop::text;
use revcart_tests::{Reply, Shop, command};
use serde_json::{Value, json};

const PASSWORD: &str = "planted-passphrase-4711";
const WRONG: &str = "planted-wrong-passphrase";
const NEW: &str = "planted-new-passphrase-12";
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

#[tokio::test]
async fn no_secret_stands_in_the_log_at_any_level() -> anyhow::Result<()> {
    let logged = Logged::start().await?;
    let shop = &logged.shop;
    let asha = "asha.planted@example.com";
    say(
        shop,
        "/api/users/register",
        json!({"email": asha, "password": PASSWORD, "name": "Asha"}),
    )
    .await?;
    let code = logged.code(asha).await?;
    say(
        shop,
        "/api/users/verify-otp",
        json!({"email": asha, "code": code}),
    )
    .await?;
    say(
        shop,
        "/api/users/login",
        json!({"email": asha, "password": WRONG}),
    )
    .await?;
    let login = say(
        shop,
        "/api/users/login",
        json!({"email": asha, "password": PASSWORD}),
    )
    .await?
    .expect(200);
    let (access, refresh) = (text(&login, "accessToken"), text(&login, "refreshToken"));
    let renewed = say(shop, "/api/users/refresh", json!({"refreshToken": refresh}))
        .await?
        .expect(200);
    // Used twice: a theft, which is logged and reported.
    say(shop, "/api/users/refresh", json!({"refreshToken": refresh})).await?;
    shop.put(
        "/api/users/password",
        Some(access),
        &json!({"currentPassword": PASSWORD, "newPassword": NEW, "refreshToken": refresh}),
    )
    .await?;
    let broken = shop.request(reqwest::Method::POST, "/api/users/login", None);
    let broken = broken
        .header("content-type", "application/json")
        .body(format!("{{\"password\": \"{PASSWORD}\", "));
    shop.send(broken).await?;
    shop.get("/api/orders", Some("planted.bearer.token"))
        .await?;
    let paid =
        json!({"paymentMethod": "DUMMY", "paymentToken": "tok_planted_0815", "addressId": "x"});
    let checkout = shop.request(reqwest::Method::POST, "/api/orders/checkout", Some(access));
    shop.send(checkout.header("idempotency-key", "planted").json(&paid))
        .await?;
    for gateway in ["stripe", "razorpay"] {
        let hook = shop.request(
            reqwest::Method::POST,
            &format!("/api/payments/webhooks/{gateway}"),
            None,
        );
        let hook = hook
            .header("stripe-signature", "t=1,v1=planted0signature")
            .header("x-razorpay-signature", "planted0signature");
        shop.send(
            hook.header("x-razorpay-event-id", "e1")
                .json(&json!({"id": "evt", "card": "planted-card"})),
        )
        .await?;
    }

    let (access, refresh, renewed) = (
        access.to_owned(),
        refresh.to_owned(),
        text(&renewed, "refreshToken").to_owned(),
    );
    let log = logged.ended().await?;
    assert!(log.contains("request"), "there is a log: {log}");
    let ours = SETTINGS
        .iter()
        .map(|(_, secret)| *secret)
        .filter(|secret| secret.contains("planted"));
    let theirs = [
        PASSWORD,
        WRONG,
        NEW,
        &code,
        &access,
        &refresh,
        &renewed,
        "planted.bearer.token",
        "tok_planted_0815",
        "planted0signature",
        "planted-card",
    ];
    for secret in ours.chain(theirs) {
        let line = log.lines().find(|line| {
            line.split(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.".contains(letter))
                .any(|word| word == secret)
                || (secret.len() > 6 && line.contains(secret))
        });
        assert_eq!(line, None, "{secret} is in the log");
    }
    assert!(
        !log.contains(asha),
        "addresses of people are no log's business"
    );
    Ok(())
}
