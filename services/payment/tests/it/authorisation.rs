use http::{Method, StatusCode};
use revcart_http_edge::Role;
use shared_events::{OrderId, PaymentId, Service};

use crate::world;

/// Who may.
#[derive(Clone, Copy, PartialEq)]
enum For {
    Everybody,
    /// Anybody who is known; what is not theirs is not found.
    Known,
    Admins,
    AdminsAndServices,
    Services,
}

fn routes() -> Vec<(Method, String, For)> {
    let (id, order) = (PaymentId::new(), OrderId::new());
    let get = |path: String, whom| (Method::GET, path, whom);
    let post = |path: &str, whom| (Method::POST, path.to_owned(), whom);
    vec![
        get("/api/payments/methods".to_owned(), For::Everybody),
        post("/api/payments/webhooks/stripe", For::Everybody),
        post("/api/payments/webhooks/razorpay", For::Everybody),
        get("/api/payments/history?limit=1".to_owned(), For::Known),
        get(
            "/api/payments/settlements?date=2026-01-05".to_owned(),
            For::Admins,
        ),
        get(format!("/api/payments/{id}"), For::Known),
        get(format!("/api/payments/order/{order}"), For::Known),
        get(format!("/internal/trace/{order}"), For::Services),
        post("/api/payments/initiate", For::Known),
        post("/api/payments/verify", For::Known),
        post("/api/payments/dummy", For::Known),
        post("/api/payments/capture", For::AdminsAndServices),
        post("/api/payments/refund", For::AdminsAndServices),
    ]
}

fn admits(whom: For, role: Role) -> bool {
    match whom {
        For::Everybody | For::Known => true,
        For::Admins => role == Role::Admin,
        For::AdminsAndServices => matches!(role, Role::Admin | Role::Service),
        For::Services => role == Role::Service,
    }
}

#[tokio::test]
async fn every_route_is_open_to_exactly_those_it_is_for() {
    let payment = world::start().await;
    let service = payment.token_of(Service::Order);
    let callers = [
        (Role::Customer, &payment.customer.token),
        (Role::Agent, &payment.agent.token),
        (Role::Admin, &payment.admin.token),
        (Role::Service, &service),
    ];
    let expired = payment.keys().expired_token(payment.admin.id, Role::Admin);
    for (method, path, whom) in routes() {
        let call = || payment.call(method.clone(), &path);
        let unknown = StatusCode::UNAUTHORIZED;
        let anonymous = call().await.status;
        assert_eq!(anonymous == unknown, whom != For::Everybody, "{path}");
        if whom != For::Everybody {
            for bad in [expired.as_str(), "forged.token.here"] {
                assert_eq!(call().token(bad).await.status, unknown, "{path}");
            }
        }
        for (role, token) in callers {
            let status = call().token(token).await.status;
            // A service has no payments of its own.
            let own = path.contains("/history") && role == Role::Service;
            let refused = status == StatusCode::FORBIDDEN;
            assert_eq!(refused, own || !admits(whom, role), "{role:?} {path}");
            assert!(!status.is_server_error(), "{role:?} {path}");
        }
    }
}
