//! Nonsense at every route: the right 4xx with a problem that has a code, never 5xx, and nothing comes of it.
//!
//! Reading order: [`table`] (every route; [`sources`] holds it to the code), [`route`] (what it says of each), [`world`]
//! (people and things they speak of), [`tokens`] (forgeries), and the tests here.

mod route;
mod sources;
mod table;
mod tokens;
mod world;

use std::collections::BTreeSet;

use reqwest::RequestBuilder;
use revcart_tests::customer::NEAR;
use revcart_tests::{Customer, Reply, System};
use serde_json::{Value, json};
use uuid::Uuid;

use route::{Caller, Route, Thing};
use table::routes;
use world::World;

/// What was not answered as it should be; told all at once.
#[derive(Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn expect(&mut self, route: &Route, case: &str, reply: &Reply, wanted: &[(u16, &str)]) {
        let is_problem = reply.content_type == "application/problem+json";
        let got = (reply.status.as_u16(), reply.code());
        if !wanted.contains(&got) || !is_problem {
            let (name, body) = (
                route.name(),
                reply.text.chars().take(300).collect::<String>(),
            );
            self.0.push(format!(
                "{name}, {case}: {got:?} instead of {wanted:?}, {}: {body}",
                reply.content_type
            ));
        }
    }

    fn none(self) {
        assert!(
            self.0.is_empty(),
            "{}\n{} in all",
            self.0.join("\n"),
            self.0.len()
        );
    }
}

const UNAUTHENTICATED: (u16, &str) = (401, "UNAUTHENTICATED");
const FORBIDDEN: (u16, &str) = (403, "FORBIDDEN");
const NOT_FOUND: (u16, &str) = (404, "NOT_FOUND");
const INVALID: (u16, &str) = (422, "VALIDATION_FAILED");

#[tokio::test]
async fn every_route_of_the_sources_stands_in_the_table() -> anyhow::Result<()> {
    let known: BTreeSet<String> = routes().iter().map(Route::name).collect();
    let declared = sources::declared().await?;
    let missing: Vec<_> = declared.difference(&known).collect();
    assert!(missing.is_empty(), "add these to the table: {missing:#?}");
    let gone: Vec<_> = known.difference(&declared).collect();
    assert!(gone.is_empty(), "these are in the table only: {gone:#?}");
    Ok(())
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_that_is_good() -> anyhow::Result<()> {
    let world = World::begin().await?;
    let forged = tokens::forged(&world.asha.token);
    let mut complaints = Complaints::default();
    for route in routes().iter().filter(|route| route.caller != Caller::Open) {
        let wanted = match route.caller {
            Caller::Unseen => NOT_FOUND,
            _ => UNAUTHENTICATED,
        };
        if route.caller != Caller::Anybody {
            let reply = world.send_good(route, world.call(route, None)).await?;
            complaints.expect(route, "without a token", &reply, &[wanted]);
        }
        for (case, header) in &forged {
            let request = world.call(route, None).header("authorization", header);
            let reply = world.send_good(route, request).await?;
            complaints.expect(route, case, &reply, &[wanted]);
        }
    }
    complaints.none();
    Ok(())
}

#[tokio::test]
async fn a_token_of_yesterday_is_refused_as_expired() -> anyhow::Result<()> {
    let mut system = System::start(&[("REVCART_ACCESS_TOKEN_TTL", "1s")]).await?;
    let shop = system.shop();
    let (admin, login) = (
        shop.admin().await?,
        shop.log_in("shopper@revcart.local", revcart_tests::shop::DEMO_PASSWORD)
            .await?,
    );
    system.stop().await?;
    system.set("REVCART_ACCESS_TOKEN_TTL", "15m");
    system.restart().await?;
    // The second of their life may not be over yet.
    let wait = |reply: &Reply| reply.code() == "TOKEN_EXPIRED";
    while !wait(&shop.get("/api/cart", Some(&login)).await?) {}
    let mut complaints = Complaints::default();
    for route in routes()
        .iter()
        .filter(|route| !matches!(route.caller, Caller::Open | Caller::Unseen))
    {
        for token in [&admin, &login] {
            let method = route.method.parse()?;
            let request = shop.request(
                method,
                &route.path_of(&Uuid::now_v7().to_string()),
                Some(token),
            );
            let reply = shop.send(request.json(&json!({}))).await?;
            complaints.expect(
                route,
                "with an old token",
                &reply,
                &[(401, "TOKEN_EXPIRED")],
            );
        }
    }
    complaints.none();
    Ok(())
}

#[tokio::test]
async fn a_good_token_of_the_wrong_person_opens_nothing() -> anyhow::Result<()> {
    let world = World::begin().await?;
    let mut complaints = Complaints::default();
    for route in &routes() {
        let customer = Some(world.asha.token.as_str());
        let (agent, admin) = (Some(world.agent.as_str()), Some(world.admin.as_str()));
        let barred: &[(&str, Option<&str>)] = match route.caller {
            Caller::Open | Caller::Anybody | Caller::Known => &[],
            Caller::Agent => &[("a customer", customer)],
            Caller::Admin | Caller::AdminOrService => {
                &[("a customer", customer), ("an agent", agent)]
            }
            Caller::Service | Caller::Unseen => &[
                ("a customer", customer),
                ("an agent", agent),
                ("an admin", admin),
            ],
        };
        let wanted = if route.caller == Caller::Unseen {
            NOT_FOUND
        } else {
            FORBIDDEN
        };
        for (who, token) in barred {
            let reply = world.send_good(route, world.call(route, *token)).await?;
            complaints.expect(route, who, &reply, &[wanted]);
        }
        if let Some(stranger) = world.stranger(route) {
            let reply = world
                .send_good(route, world.call(route, Some(stranger)))
                .await?;
            complaints.expect(route, "somebody else's", &reply, &[NOT_FOUND]);
        }
    }
    let asha = &world.asha;
    assert_eq!(
        asha.read(&format!("/api/orders/{}", world.order)).await?["status"],
        "CONFIRMED"
    );
    assert_eq!(asha.read("/api/cart/count").await?["count"], 1);
    complaints.none();
    Ok(())
}

#[tokio::test]
async fn a_guest_sees_the_one_order_and_nothing_else() -> anyhow::Result<()> {
    let world = World::begin().await?;
    let token = Some(world.guest.token.as_str());
    let mut complaints = Complaints::default();
    let mut opened = 0;
    for route in &routes() {
        if matches!(route.caller, Caller::Open | Caller::Unseen) {
            continue;
        }
        let reply = world.send_good(route, world.call(route, token)).await?;
        if !route.for_guests {
            complaints.expect(route, "a guest", &reply, &[FORBIDDEN]);
            continue;
        }
        complaints.expect(route, "a guest, of another order", &reply, &[NOT_FOUND]);
        if route.thing == Thing::Order {
            let own = world.call_on(route, &world.guest.order, token);
            let reply = world.send_good(route, own).await?;
            let status = reply.status.as_u16();
            assert!(
                !matches!(status, 401 | 403 | 404 | 500..),
                "{}: {}",
                route.name(),
                reply.text
            );
            opened += 1;
        }
    }
    assert!(
        opened >= 5,
        "order, status, invoice, payment, delivery: {opened}"
    );
    complaints.none();
    Ok(())
}

#[tokio::test]
async fn who_may_call_a_route_gets_past_its_door() -> anyhow::Result<()> {
    let world = World::begin().await?;
    let (customer, agent, admin) = (
        Some(world.ravi.token.as_str()),
        Some(world.agent.as_str()),
        Some(world.admin.as_str()),
    );
    let mut kept_out = Vec::new();
    for route in &routes() {
        let callers: &[(&str, Option<&str>)] = match route.caller {
            Caller::Open | Caller::Anybody => &[
                ("nobody", None),
                ("a customer", customer),
                ("an admin", admin),
            ],
            Caller::Known => &[("a customer", customer), ("an admin", admin)],
            Caller::Agent => &[("an agent", agent)],
            Caller::Admin | Caller::AdminOrService => &[("an admin", admin)],
            Caller::Service | Caller::Unseen => &[],
        };
        for (who, token) in callers {
            // Of a thing that does not exist, so that nothing is lost for the routes after it.
            let nothing = Uuid::now_v7().to_string();
            let mut request = world.call_on(route, &nothing, *token);
            if route.body.is_some() {
                request = request.json(&json!({}));
            }
            // Only the head of the answer: streams have no end.
            let status = request.send().await?.status();
            if matches!(status.as_u16(), 401 | 403 | 500..) {
                kept_out.push(format!("{}, {who}: {status}", route.name()));
            }
        }
    }
    assert!(kept_out.is_empty(), "{}", kept_out.join("\n"));
    Ok(())
}

#[tokio::test]
async fn a_checkout_to_somebody_elses_address_is_refused() -> anyhow::Result<()> {
    let system = System::start(&[]).await?;
    let shop = system.shop();
    let product = shop.add_product(&shop.admin().await?, 10).await?;
    let (asha, mut ravi) = (
        Customer::sign_up(&shop, NEAR).await?,
        Customer::sign_up(&shop, NEAR).await?,
    );
    ravi.put(&product, 1).await?;
    ravi.address = asha.address;
    let reply = ravi.check_out("tok_ok").await?;
    assert!(reply.status.is_client_error(), "{}", reply.text);
    assert_eq!(reply.content_type, "application/problem+json");
    assert!(!reply.code().is_empty());
    Ok(())
}

#[tokio::test]
async fn ids_that_name_nothing_are_not_found() -> anyhow::Result<()> {
    let world = World::begin().await?;
    let mut complaints = Complaints::default();
    let with_ids = routes()
        .into_iter()
        .filter(|route| route.thing != Thing::Nothing && route.is_reachable());
    for route in with_ids {
        let token = world.token(&route);
        let (unknown, long) = (Uuid::now_v7().to_string(), "x".repeat(2000));
        for id in [
            unknown.as_str(),
            "7",
            "%00",
            "..%2F..",
            "%F0%9F%8D%8E",
            "'; DROP TABLE orders; --",
            &long,
        ] {
            let reply = world
                .send_good(&route, world.call_on(&route, id, token))
                .await?;
            let is_fine = route.finds_nothing && id == unknown && reply.status == 200;
            if !is_fine {
                complaints.expect(&route, id, &reply, &[NOT_FOUND]);
            }
        }
    }
    complaints.none();
    Ok(())
}

#[tokio::test]
async fn lists_refuse_pages_that_are_none() -> anyhow::Result<()> {
    let world = World::begin().await?;
    let mut complaints = Complaints::default();
    for route in routes().iter().filter(|route| route.is_list) {
        let bad_cursor = (400, "BAD_CURSOR");
        for (query, wanted) in [
            ("limit=0", INVALID),
            ("limit=-1", INVALID),
            ("limit=101", INVALID),
            ("limit=many", INVALID),
            ("limit=99999999999999999999", INVALID),
            ("cursor=%21", bad_cursor),
            ("cursor=bm9wZQ", bad_cursor),
            ("cursor=eyJhIjoxfQ", bad_cursor),
        ] {
            let path = format!("{}?{query}", route.path_of(world.id(route.thing)));
            let reply = world.shop.get(&path, world.token(route)).await?;
            complaints.expect(route, query, &reply, &[wanted]);
        }
    }
    complaints.none();
    Ok(())
}

/// A body as it is sent, and what it must be answered with.
type Case = (String, String, (u16, &'static str));

/// The good body with something wrong in it, in every way.
fn wrong_bodies(route: &Route, good: &Value) -> Vec<Case> {
    let malformed = (400, "MALFORMED_JSON");
    let text = good.to_string();
    let mut cases = vec![
        ("an empty body".to_owned(), " ".to_owned(), malformed),
        (
            "half a body".to_owned(),
            text[..text.len() - 1].to_owned(),
            malformed,
        ),
        (
            "a body and more".to_owned(),
            format!("{text} {{}}"),
            malformed,
        ),
        ("not JSON".to_owned(), "<order/>".to_owned(), malformed),
        ("deep nesting".to_owned(), "[".repeat(5000), malformed),
        ("another type".to_owned(), "[1, 2]".to_owned(), INVALID),
        ("a number".to_owned(), "7".to_owned(), INVALID),
        ("null".to_owned(), "null".to_owned(), INVALID),
    ];
    let mut with = |case: String, change: &dyn Fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        cases.push((case, body.to_string(), INVALID));
    };
    with("an unknown field".to_owned(), &|body| {
        body["surprise"] = json!(1)
    });
    for (name, value) in good.as_object().expect("bodies are objects") {
        let other = if value.is_string() || value.is_object() || value.is_array() {
            json!(7)
        } else {
            json!("x")
        };
        with(format!("{name} of another type"), &|body| {
            body[name] = other.clone()
        });
        with(format!("{name} as a list of lists"), &|body| {
            body[name] = json!([[[]]])
        });
    }
    for (pointer, values) in route.absurd {
        let values: Vec<Value> = serde_json::from_str(values).expect("the table holds JSON");
        for value in values {
            with(format!("{pointer} is {value}"), &|body| {
                *body
                    .pointer_mut(pointer)
                    .expect("the table names a field of the body") = value.clone();
            });
        }
    }
    cases
}

fn as_json(request: RequestBuilder, body: impl Into<reqwest::Body>) -> RequestBuilder {
    request
        .header("content-type", "application/json")
        .body(body)
}

#[tokio::test]
async fn bodies_that_are_no_json_too_large_or_of_another_shape_are_refused() -> anyhow::Result<()> {
    let world = World::begin().await?;
    let mut complaints = Complaints::default();
    for route in routes().iter().filter(|route| route.is_reachable()) {
        let (Some(body), token) = (route.body, world.token(route)) else {
            continue;
        };
        let good = body(&world);
        for (case, wrong, wanted) in wrong_bodies(route, &good) {
            let reply = world
                .shop
                .send(as_json(world.call(route, token), wrong))
                .await?;
            complaints.expect(route, &case, &reply, &[wanted]);
        }
        let text = world
            .call(route, token)
            .header("content-type", "text/plain")
            .body(good.to_string());
        let reply = world.shop.send(text).await?;
        complaints.expect(route, "text", &reply, &[(415, "UNSUPPORTED_MEDIA_TYPE")]);
        let reply = world
            .shop
            .send(as_json(world.call(route, token), vec![0xff, 0xfe, 0x00]))
            .await?;
        complaints.expect(route, "bytes", &reply, &[(400, "MALFORMED_JSON")]);
        let large = vec![b' '; 10 * 1024 * 1024];
        let reply = world
            .shop
            .send(as_json(world.call(route, token), large))
            .await?;
        complaints.expect(route, "10 MB", &reply, &[(413, "PAYLOAD_TOO_LARGE")]);
    }
    complaints.none();
    // And the shop goes on.
    assert_eq!(
        world.ravi.buy(&world.product, 1).await?["status"],
        "CONFIRMED"
    );
    world.system.audit().await?.is_clean_over(2);
    Ok(())
}

#[tokio::test]
async fn what_is_nowhere_is_a_problem_too() -> anyhow::Result<()> {
    let system = System::start(&[]).await?;
    let shop = system.shop();
    shop.get("/nowhere", None)
        .await?
        .expect_problem(404, "NOT_FOUND");
    shop.get("/api/orders/../../etc/passwd", None)
        .await?
        .expect_problem(404, "NOT_FOUND");
    let reply = shop.put("/api/users/login", None, &json!({})).await?;
    reply.expect_problem(405, "METHOD_NOT_ALLOWED");
    let unkeyed = shop.request(
        reqwest::Method::POST,
        "/api/orders/checkout",
        Some(&shop.admin().await?),
    );
    let reply = shop.send(unkeyed.json(&json!({}))).await?;
    reply.expect_problem(400, "IDEMPOTENCY_KEY_REQUIRED");
    Ok(())
}
