use http::{Method, StatusCode};
use revcart_http_edge::Role;
use shared_events::{AgentId, OrderId, Service};

use crate::world;

/// Who may, beside those who see their own.
const EVERYBODY: &[&str] = &["customer", "agent", "admin", "service"];
const ADMINS: &[&str] = &["admin"];
const AGENTS: &[&str] = &["agent"];
const AGENTS_AND_ADMINS: &[&str] = &["agent", "admin"];
const SERVICES: &[&str] = &["service"];
const SERVICES_AND_ADMINS: &[&str] = &["service", "admin"];

fn routes() -> Vec<(Method, String, &'static [&'static str])> {
    let (agent, order) = (AgentId::new(), OrderId::new());
    let route = |method, path: String, whom| (method, path, whom);
    let path = |path: &str| format!("/api/delivery{path}");
    let of_agent = |end: &str| path(&format!("/agent/{agent}{end}"));
    vec![
        route(
            Method::GET,
            format!("/ws/delivery/tracking/{order}"),
            EVERYBODY,
        ),
        route(Method::GET, path(""), ADMINS),
        route(Method::GET, path("/zones"), ADMINS),
        route(Method::POST, path("/zones"), ADMINS),
        route(Method::GET, path("/zones/pune"), ADMINS),
        route(Method::PUT, path("/zones/pune"), ADMINS),
        route(Method::DELETE, path("/zones/pune"), ADMINS),
        route(Method::GET, of_agent(""), AGENTS_AND_ADMINS),
        route(Method::PUT, of_agent("/duty"), AGENTS_AND_ADMINS),
        route(Method::GET, of_agent("/route"), AGENTS_AND_ADMINS),
        route(
            Method::PUT,
            path(&format!("/agents/{agent}/shifts")),
            ADMINS,
        ),
        route(
            Method::PUT,
            path(&format!("/{order}/location")),
            AGENTS_AND_ADMINS,
        ),
        route(Method::POST, path("/assign"), SERVICES_AND_ADMINS),
        route(Method::GET, path(&format!("/order/{order}")), EVERYBODY),
        route(Method::GET, path(&format!("/tracking/{order}")), EVERYBODY),
        route(
            Method::PUT,
            path(&format!("/{order}/status")),
            AGENTS_AND_ADMINS,
        ),
        route(
            Method::GET,
            path(&format!("/agent/{agent}/orders")),
            AGENTS_AND_ADMINS,
        ),
        route(Method::POST, path("/location"), AGENTS),
        route(Method::GET, path("/agents"), ADMINS),
        route(Method::POST, path("/agents"), ADMINS),
        route(Method::PUT, path(&format!("/agents/{agent}")), ADMINS),
        route(Method::GET, format!("/internal/trace/{order}"), SERVICES),
    ]
}

#[tokio::test]
async fn every_route_is_open_to_exactly_those_it_is_for() {
    let delivery = world::with_demo_agents().await;
    let callers = [
        ("customer", delivery.customer.token.clone()),
        ("agent", delivery.agent.token.clone()),
        ("admin", delivery.admin.token.clone()),
        ("service", delivery.token_of(Service::Order)),
    ];
    let expired = delivery
        .keys()
        .expired_token(delivery.admin.id, Role::Admin);
    for (method, path, whom) in routes() {
        let call = || delivery.call(method.clone(), &path);
        let unknown = StatusCode::UNAUTHORIZED;
        assert_eq!(call().await.status, unknown, "{method} {path}");
        for bad in [expired.as_str(), "forged.token.here"] {
            assert_eq!(call().token(bad).await.status, unknown, "{method} {path}");
        }
        for (name, token) in &callers {
            let status = call().token(token).await.status;
            let refused = status == StatusCode::FORBIDDEN;
            let expected = !whom.contains(name);
            assert_eq!(refused, expected, "{name}: {method} {path} {status}");
            assert!(!status.is_server_error(), "{name}: {method} {path}");
        }
    }
}
