use std::collections::BTreeSet;

use revcart_http_edge::gateway::table;
use revcart_persistence::Durability;
use shared_events::Service;

use super::*;

/// The paths that a router knows, which it tells by its `Debug` form alone.
fn paths(routes: &Router) -> BTreeSet<String> {
    let told = format!("{routes:?}");
    let quoted = told.split('"').skip(1).step_by(2);
    quoted
        .filter(|text| text.starts_with('/'))
        // What stands for everything else in every router.
        .filter(|text| *text != "/" && !text.contains("__private__axum"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn the_gateway_knows_every_route_of_every_service_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let env = Environment::default();
    let backends = Backends::from_env(env, folder.path().to_owned(), Durability::Relaxed).unwrap();
    let foundation = Foundation::together(backends).await.unwrap();
    let shutdown = Shutdown::new();
    let assembly = Assembly::build(foundation, &Service::ALL, &shutdown)
        .await
        .unwrap();
    let mut used = BTreeSet::new();
    for service in &assembly.services {
        let paths = paths(&service.routes);
        assert!(
            !paths.is_empty(),
            "{} tells its routes",
            service.name.name()
        );
        for path in paths {
            let route = table::route(&path);
            if path.starts_with("/internal/") {
                assert_eq!(route, None, "{path} is not for the public");
                continue;
            }
            let route = route.unwrap_or_else(|| panic!("nobody answers for {path}"));
            assert_eq!(route.service, service.name, "{path}");
            used.insert(route.path);
        }
    }
    let declared: BTreeSet<_> = table::ROUTES.iter().map(|route| route.path).collect();
    let unused: Vec<_> = declared.difference(&used).collect();
    let planned = ["/api/suppliers", "/api/v1/cart"];
    assert!(
        unused.iter().all(|path| planned.contains(path)),
        "no service has {unused:?}"
    );
    assembly.close().await;
}

#[test]
fn every_setting_is_declared_once_and_says_what_it_means() {
    let mut names = BTreeSet::new();
    for (group, setting) in settings() {
        assert!(names.insert(setting.name), "{}", setting.name);
        assert!(!group.is_empty() && !setting.meaning.is_empty());
        assert!(
            setting.name.starts_with("REVCART_") || group == "telemetry",
            "{}",
            setting.name
        );
    }
    for name in [
        "REVCART_BUS",
        "REVCART_ORDER_DATABASE_URL",
        "REVCART_ORDER_URL",
        "REVCART_SERVICE_KEY",
        "REVCART_REDIS_URL",
    ] {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn misspelt_settings_are_found_and_those_of_the_tests_are_left_alone() {
    let names = [
        "REVCART_BSU",
        "REVCART_TEST_MYSQL_URL",
        "REVCART_STACK_DIR",
        "REVCART_BUS",
    ];
    let env = Environment::from_pairs(names.map(|name| (name, "x")));
    assert_eq!(unknown_settings(&env), ["REVCART_BSU"]);
}
