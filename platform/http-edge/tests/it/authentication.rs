//! Who is let in, and as whom.

use std::time::Duration;

use axum::Router;
use axum::routing::get as on_get;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use revcart_http_edge::{
    Admin, AgentOrAdmin, Claims, Identity, Internal, InternalOrAdmin, MaybeIdentity, Role, Signer,
    Subject, Visitor,
};
use shared_events::{OrderId, Service, UserId};

use crate::world::{HOUR, Told, World, get};

async fn whoever(MaybeIdentity(identity): MaybeIdentity) -> String {
    identity.map_or_else(|| "nobody".to_owned(), |identity| identity.scope())
}

fn shop(world: &World) -> Router {
    let routes = Router::new()
        .route("/anybody", on_get(|| async { "open" }))
        .route("/whoever", on_get(whoever))
        .route(
            "/optional",
            on_get(|identity: Option<Identity>| whoever(MaybeIdentity(identity))),
        )
        .route(
            "/known",
            on_get(|identity: Identity| async move { identity.scope() }),
        )
        .route("/admin", on_get(|_: Admin| async { "in" }))
        .route("/internal", on_get(|_: Internal| async { "in" }))
        .route(
            "/internal-or-admin",
            on_get(|_: InternalOrAdmin| async { "in" }),
        )
        .route("/agent-or-admin", on_get(|_: AgentOrAdmin| async { "in" }));
    world.serve(routes)
}

async fn known(world: &World, token: &str) -> Told {
    get("/known").token(token).of(&shop(world)).await
}

#[tokio::test]
async fn a_user_is_known_by_their_token() {
    let world = World::new();
    let id = UserId::new();
    let token = world.token_of(id, Role::Customer);
    assert_eq!(known(&world, &token).await.text(), format!("user:{id}"));
    assert_eq!(
        get("/whoever").token(&token).of(&shop(&world)).await.text(),
        format!("user:{id}")
    );
    let told = get("/known")
        .header("authorization", &format!("bearer  {token}"))
        .of(&shop(&world))
        .await;
    assert_eq!(told.status, 200, "the scheme is written as one likes");
}

#[tokio::test]
async fn without_a_token_one_is_nobody() {
    let world = World::new();
    let told = get("/known")
        .of(&shop(&world))
        .await
        .refuses(401, "UNAUTHENTICATED");
    assert_eq!(told.header("www-authenticate"), Some("Bearer"));
    assert_eq!(get("/whoever").of(&shop(&world)).await.text(), "nobody");
    assert_eq!(get("/optional").of(&shop(&world)).await.text(), "nobody");
    for role in ["admin", "internal", "internal-or-admin", "agent-or-admin"] {
        get(&format!("/{role}"))
            .of(&shop(&world))
            .await
            .refuses(401, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn roles_open_their_gates_and_no_other() {
    let world = World::new();
    let shop = shop(&world);
    let callers = [
        ("customer", world.token(Role::Customer)),
        ("agent", world.token(Role::Agent)),
        ("admin", world.token(Role::Admin)),
        ("service", world.service_token()),
    ];
    let gates = [
        ("/admin", vec!["admin"]),
        ("/internal", vec!["service"]),
        ("/internal-or-admin", vec!["admin", "service"]),
        ("/agent-or-admin", vec!["agent", "admin"]),
        ("/known", vec!["customer", "agent", "admin", "service"]),
    ];
    for (gate, let_in) in &gates {
        for (caller, token) in &callers {
            let told = get(gate).token(token).of(&shop).await;
            if let_in.contains(caller) {
                assert_eq!(told.status, 200, "{caller} at {gate}");
            } else {
                told.refuses(403, "FORBIDDEN");
            }
        }
    }
}

#[tokio::test]
async fn a_token_that_is_not_ours_is_refused_wherever_somebody_may_be_known() {
    let world = World::new();
    let claims = Claims::user(UserId::new(), Role::Admin, world.clock.now(), HOUR);
    let good = world.users.sign(&claims);
    let (head, rest) = good.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(world.users.kid().to_owned());
    let by_public_key = jsonwebtoken::encode(
        &header,
        &claims,
        &EncodingKey::from_secret(world.users.jwk().x.as_bytes()),
    )
    .unwrap();
    let wrong = [
        "".to_owned(),
        "nonsense".to_owned(),
        "a.b.c".to_owned(),
        format!("{head}.{body}"),
        format!("{head}.{body}."),
        format!("{good}x"),
        format!("{good}.more"),
        format!("{head}.{}.{signature}", body.replace('e', "f")),
        // {"alg":"none"}
        format!("eyJhbGciOiJub25lIn0.{body}."),
        Signer::generate().sign(&claims),
        by_public_key,
        "x".repeat(100_000),
    ];
    for token in &wrong {
        let told = known(&world, token).await.refuses(401, "UNAUTHENTICATED");
        assert_eq!(
            told.header("www-authenticate"),
            Some("Bearer error=\"invalid_token\"")
        );
        get("/whoever")
            .token(token)
            .of(&shop(&world))
            .await
            .refuses(401, "UNAUTHENTICATED");
        get("/optional")
            .token(token)
            .of(&shop(&world))
            .await
            .refuses(401, "UNAUTHENTICATED");
        assert_eq!(
            get("/anybody").token(token).of(&shop(&world)).await.text(),
            "open"
        );
    }
    for header in ["Basic dXNlcjpwYXNz", "Bearer", &good] {
        get("/known")
            .header("authorization", header)
            .of(&shop(&world))
            .await
            .refuses(401, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn a_token_holds_until_it_expires_by_our_clock_however_often_it_was_seen() {
    let world = World::new();
    let token = world.token(Role::Customer);
    assert_eq!(known(&world, &token).await.status, 200);
    world.clock.advance(HOUR - Duration::from_secs(1));
    assert_eq!(known(&world, &token).await.status, 200);
    world.clock.advance(Duration::from_secs(1));
    known(&world, &token).await.refuses(401, "TOKEN_EXPIRED");
    known(&world, &token).await.refuses(401, "TOKEN_EXPIRED");
}

#[tokio::test]
async fn a_forged_token_is_not_told_that_it_has_expired() {
    let world = World::new();
    let claims = Claims::user(
        UserId::new(),
        Role::Admin,
        world.clock.now().before(HOUR * 2),
        HOUR,
    );
    known(&world, &world.users.sign(&claims))
        .await
        .refuses(401, "TOKEN_EXPIRED");
    known(&world, &Signer::generate().sign(&claims))
        .await
        .refuses(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn the_key_of_a_service_vouches_for_that_service_and_nobody_else() {
    let world = World::new();
    let now = world.clock.now();
    let honest = Claims::service(Service::Cart, Service::Order, now, HOUR);
    assert_eq!(
        known(&world, &world.cart.sign(&honest)).await.text(),
        "service:cart"
    );
    let forged = [
        Claims::user(UserId::new(), Role::Admin, now, HOUR),
        Claims::user(UserId::new(), Role::Customer, now, HOUR),
        Claims {
            role: Role::Admin,
            ..honest.clone()
        },
        Claims {
            role: Role::Customer,
            ..honest.clone()
        },
        Claims {
            iss: "user-service".to_owned(),
            ..honest.clone()
        },
        Claims {
            sub: "payment-service".to_owned(),
            ..honest.clone()
        },
        Claims::service(Service::Payment, Service::Order, now, HOUR),
        Claims {
            aud: "revcart".to_owned(),
            ..honest.clone()
        },
        Claims {
            aud: "everyone".to_owned(),
            ..honest
        },
    ];
    for claims in forged {
        known(&world, &world.cart.sign(&claims))
            .await
            .refuses(401, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn the_key_of_users_vouches_for_no_service() {
    let world = World::new();
    let now = world.clock.now();
    let honest = Claims::user(UserId::new(), Role::Admin, now, HOUR);
    let forged = [
        Claims::service(Service::Cart, Service::Order, now, HOUR),
        Claims::service(Service::User, Service::Order, now, HOUR),
        Claims {
            role: Role::Service,
            ..honest.clone()
        },
        Claims {
            iss: "cart-service".to_owned(),
            ..honest.clone()
        },
        Claims {
            aud: "order-service".to_owned(),
            ..honest.clone()
        },
        Claims {
            sub: "cart-service".to_owned(),
            ..honest
        },
    ];
    for claims in forged {
        known(&world, &world.users.sign(&claims))
            .await
            .refuses(401, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn a_token_that_was_meant_for_another_service_is_refused_by_this_one() {
    let world = World::new();
    let claims = Claims::service(Service::Cart, Service::Payment, world.clock.now(), HOUR);
    let token = world.cart.sign(&claims);
    let verified = world.verifier.verify(&token).await.unwrap();
    assert_eq!(verified.audience, Some(Service::Payment));
    known(&world, &token).await.refuses(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn the_token_of_a_guest_opens_one_order_on_routes_for_guests_and_nothing_else() {
    let world = World::new();
    let order = OrderId::new();
    let token = world.order_tokens().guest(order, HOUR);
    let routes = Router::new().route(
        "/whose",
        on_get(async |visitor: Visitor| match visitor {
            Visitor::Guest(order) => order.to_string(),
            Visitor::User(identity) => identity.scope(),
        }),
    );
    let shop = world.serve(routes);
    assert_eq!(
        get("/whose").token(&token).of(&shop).await.text(),
        order.to_string()
    );
    let customer = UserId::new();
    let theirs = get("/whose").token(&world.token_of(customer, Role::Customer));
    assert_eq!(theirs.of(&shop).await.text(), format!("user:{customer}"));
    get("/whose")
        .of(&shop)
        .await
        .refuses(401, "UNAUTHENTICATED");
    known(&world, &token).await.refuses(403, "FORBIDDEN");
    assert!(world.verifier.verify(&token).await.is_err());
}

#[tokio::test]
async fn a_token_for_guests_that_another_service_has_signed_is_refused() {
    let world = World::new();
    let token = world.cart_tokens().guest(OrderId::new(), HOUR);
    known(&world, &token).await.refuses(401, "UNAUTHENTICATED");
    let claims = Claims::guest(OrderId::new(), world.clock.now(), HOUR);
    known(&world, &world.cart.sign(&claims))
        .await
        .refuses(401, "UNAUTHENTICATED");
    known(&world, &world.users.sign(&claims))
        .await
        .refuses(401, "UNAUTHENTICATED");
}

#[test]
fn a_guests_order_is_seen_by_its_guest_and_by_staff() {
    let (order, owner) = (OrderId::new(), UserId::new());
    let user = |id, role| Visitor::User(Identity::user(id, role));
    assert!(Visitor::Guest(order).may_see(order, None));
    assert!(!Visitor::Guest(order).may_see(OrderId::new(), None));
    assert!(!Visitor::Guest(order).may_see(order, Some(owner)));
    assert!(user(owner, Role::Customer).may_see(order, Some(owner)));
    assert!(!user(owner, Role::Customer).may_see(order, None));
    assert!(!user(UserId::new(), Role::Customer).may_see(order, Some(owner)));
    assert!(user(UserId::new(), Role::Admin).may_see(order, None));
}

#[test]
fn an_identity_knows_whether_it_is_a_person() {
    let id = UserId::new();
    let person = Identity::user(id, Role::Admin);
    assert_eq!(person.user_id(), Ok(id));
    assert!(
        person.is_user(id)
            && !person.is_user(UserId::new())
            && person.is_admin()
            && !person.is_service()
    );
    let service = Identity::service(Service::Cart);
    assert_eq!(service.subject, Subject::Service(Service::Cart));
    assert_eq!(service.user_id().unwrap_err().code(), "FORBIDDEN");
}

#[tokio::test]
async fn what_somebody_is_told_is_not_kept_by_caches() {
    let world = World::new();
    let told = known(&world, &world.token(Role::Customer)).await;
    assert_eq!(told.header("cache-control"), Some("no-store"));
    assert_eq!(
        get("/anybody")
            .of(&shop(&world))
            .await
            .header("cache-control"),
        None
    );
}
