//! Which service answers for which paths: the one table, which a test holds against the routes of all services.

use shared_events::Service;

/// A path, with everything below it, and who answers for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Without a slash at its end.
    pub path: &'static str,
    /// Who answers.
    pub service: Service,
}

const fn to(path: &'static str, service: Service) -> Route {
    Route { path, service }
}

/// No path stands below another, so the order does not matter. What is not here, `/internal` above all, is not passed on.
pub const ROUTES: &[Route] = &[
    to("/api/users", Service::User),
    to("/.well-known/jwks.json", Service::User),
    to("/api/products", Service::Product),
    to("/api/categories", Service::Product),
    to("/api/inventory", Service::Product),
    to("/api/suppliers", Service::Product),
    to("/api/cart", Service::Cart),
    to("/api/v1/cart", Service::Cart),
    to("/api/coupons", Service::Cart),
    to("/api/orders", Service::Order),
    to("/api/ops/sagas", Service::Order),
    to("/api/payments", Service::Payment),
    to("/api/notifications", Service::Notification),
    to("/ws/notifications", Service::Notification),
    to("/api/delivery", Service::Delivery),
    to("/ws/delivery", Service::Delivery),
    to("/api/analytics", Service::Analytics),
    to("/api/ops/orders", Service::Analytics),
];

/// Who answers for a path, if anybody does.
#[must_use]
pub fn route(path: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|route| {
        path.strip_prefix(route.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(path: &str) -> Option<Service> {
        route(path).map(|route| route.service)
    }

    #[test]
    fn a_path_belongs_to_who_has_what_it_begins_with() {
        assert_eq!(service("/api/orders"), Some(Service::Order));
        assert_eq!(service("/api/orders/1/status"), Some(Service::Order));
        assert_eq!(
            service("/api/ops/orders/1/timeline"),
            Some(Service::Analytics)
        );
        assert_eq!(service("/api/v1/cart/items"), Some(Service::Cart));
    }

    #[test]
    fn what_services_tell_each_other_belongs_to_nobody() {
        for path in [
            "/internal/carts/1",
            "//internal/carts/1",
            "/INTERNAL/carts/1",
            "/%69nternal/carts/1",
            "/api/ordersx",
            "/api",
            "/",
            "",
        ] {
            assert_eq!(service(path), None, "{path}");
        }
    }

    #[test]
    fn no_path_stands_below_another() {
        for one in ROUTES {
            for other in ROUTES.iter().filter(|other| *other != one) {
                let below = format!("{}/", other.path);
                assert!(!one.path.starts_with(&below), "{} {}", one.path, other.path);
                assert_ne!(one.path, other.path);
            }
        }
    }
}
