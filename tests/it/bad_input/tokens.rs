//! Headers that look like a proof of who asks and are none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use revcart_http_edge::{Claims, Role, Signer};
use serde_json::{Value, json};
use shared_events::{Service, Timestamp, UserId};

/// Names and `Authorization` headers, made from a good token of a customer.
pub(crate) fn forged(good: &str) -> Vec<(&'static str, String)> {
    let parts: Vec<&str> = good.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        panic!("a token has three parts");
    };
    let claims = decoded(payload);
    let named = decoded(header);
    let (promoted, none) = (with(&claims, "role", "admin"), with(&named, "alg", "none"));
    let foreign = sign(&claims);
    let foreign_payload = foreign.split('.').nth(1).unwrap_or_default();
    let foreign_signature = foreign.rsplit('.').next().unwrap_or_default();
    vec![
        ("nothing", "Bearer ".to_owned()),
        ("nonsense", "Bearer nonsense".to_owned()),
        ("nonsense in three parts", "Bearer a.b.c".to_owned()),
        ("another scheme", "Basic YWRtaW46YWRtaW4=".to_owned()),
        ("a good token without its scheme", good.to_owned()),
        ("a good token, doubled", format!("Bearer {good}.{good}")),
        (
            "a longer role than was signed",
            format!("Bearer {header}.{promoted}.{signature}"),
        ),
        ("no signature", format!("Bearer {header}.{payload}.")),
        ("the algorithm none", format!("Bearer {none}.{promoted}.")),
        ("somebody else's key", format!("Bearer {foreign}")),
        (
            "somebody else's key under our name",
            format!("Bearer {header}.{foreign_payload}.{foreign_signature}"),
        ),
        (
            "a service's token that no service has signed",
            format!("Bearer {}", of_service()),
        ),
        (
            "ten thousand letters",
            format!("Bearer {}", "x".repeat(10_000)),
        ),
    ]
}

fn decoded(part: &str) -> Value {
    let json = URL_SAFE_NO_PAD.decode(part).expect("a token is base64");
    serde_json::from_slice(&json).expect("a token is JSON")
}

fn with(json: &Value, name: &str, value: &str) -> String {
    let mut json = json.clone();
    json[name] = json!(value);
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// The same claims, signed by a key that nobody trusts.
fn sign(claims: &Value) -> String {
    let user: UserId = claims["sub"]
        .as_str()
        .unwrap_or_default()
        .parse()
        .expect("it is a user's");
    let now = Timestamp::from_micros(claims["iat"].as_i64().unwrap_or_default() * 1_000_000);
    let claims = Claims::user(user, Role::Admin, now, std::time::Duration::from_secs(3600));
    Signer::generate().sign(&claims)
}

fn of_service() -> String {
    let now = revcart_runtime::Clock::system().now();
    let hour = std::time::Duration::from_secs(3600);
    let claims = Claims::service(Service::Order, Service::Product, now, hour);
    Signer::generate().sign(&claims)
}
