//! Where the other services are reached when they are processes of their own.

use std::collections::HashMap;

use revcart_runtime::{ConfigError, Environment, Setting};
use shared_events::Service;

use super::replicas::Replicas;

macro_rules! address {
    ($name:ident, $variable:literal, $default:literal, $meaning:literal) => {
        const $name: Setting = Setting {
            name: $variable,
            default: Some($default),
            meaning: $meaning,
            secret: false,
        };
    };
}

address!(
    USER,
    "REVCART_USER_URL",
    "http://127.0.0.1:8081",
    "addresses of user-service where it is a process of its own: http://host:port, of several replicas separated by commas"
);
address!(
    PRODUCT,
    "REVCART_PRODUCT_URL",
    "http://127.0.0.1:8082",
    "addresses of product-service where it is a process of its own: http://host:port, of several replicas separated by commas"
);
address!(
    CART,
    "REVCART_CART_URL",
    "http://127.0.0.1:8083",
    "addresses of cart-service where it is a process of its own: http://host:port, of several replicas separated by commas"
);
address!(
    ORDER,
    "REVCART_ORDER_URL",
    "http://127.0.0.1:8084",
    "addresses of order-service where it is a process of its own: http://host:port, of several replicas separated by commas"
);
address!(
    PAYMENT,
    "REVCART_PAYMENT_URL",
    "http://127.0.0.1:8085",
    "addresses of payment-service where it is a process of its own: http://host:port, of several replicas separated by commas"
);
address!(
    NOTIFICATION,
    "REVCART_NOTIFICATION_URL",
    "http://127.0.0.1:8086",
    "addresses of notification-service where it is a process of its own: http://host:port, of several replicas separated by commas"
);
address!(
    DELIVERY,
    "REVCART_DELIVERY_URL",
    "http://127.0.0.1:8087",
    "addresses of delivery-service where it is a process of its own: http://host:port, of several replicas separated by commas"
);
address!(
    ANALYTICS,
    "REVCART_ANALYTICS_URL",
    "http://127.0.0.1:8088",
    "addresses of analytics-service where it is a process of its own: http://host:port, of several replicas separated by commas"
);

/// One per service, in the order of [`Service::ALL`].
pub const SETTINGS: &[Setting] = &[
    USER,
    PRODUCT,
    CART,
    ORDER,
    PAYMENT,
    NOTIFICATION,
    DELIVERY,
    ANALYTICS,
];

/// The setting that says where `service` is reached.
#[must_use]
pub const fn setting(service: Service) -> &'static Setting {
    match service {
        Service::User => &USER,
        Service::Product => &PRODUCT,
        Service::Cart => &CART,
        Service::Order => &ORDER,
        Service::Payment => &PAYMENT,
        Service::Notification => &NOTIFICATION,
        Service::Delivery => &DELIVERY,
        Service::Analytics => &ANALYTICS,
    }
}

/// Where each service is reached; of those without an address nobody is called.
#[derive(Debug, Default)]
pub struct Addresses(HashMap<Service, Replicas>);

impl Addresses {
    /// As the [`SETTINGS`] say.
    ///
    /// # Errors
    /// When one of them is no list of addresses.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        let mut addresses = HashMap::new();
        for service in Service::ALL {
            let setting = setting(service);
            let list = env.text(setting)?;
            let urls = list
                .split(',')
                .map(str::trim)
                .filter(|url| !url.is_empty())
                .map(|url| parse(setting, url))
                .collect::<Result<Vec<_>, _>>()?;
            addresses.insert(service, Replicas::new(urls));
        }
        Ok(Self(addresses))
    }

    /// The addresses of a service's replicas.
    #[must_use]
    pub fn urls(&self, service: Service) -> Vec<String> {
        let replicas = self.of(service);
        replicas
            .map(|replicas| replicas.urls().collect())
            .unwrap_or_default()
    }

    /// The replicas of a service.
    pub(crate) fn of(&self, service: Service) -> Option<&Replicas> {
        self.0.get(&service)
    }
}

/// For tests, and whoever knows better than the environment. What is no address is never reached.
impl<U: Into<String>> FromIterator<(Service, Vec<U>)> for Addresses {
    fn from_iter<I: IntoIterator<Item = (Service, Vec<U>)>>(entries: I) -> Self {
        let replicas = |(service, urls): (Service, Vec<U>)| {
            let urls = urls.into_iter().map(|url| plain(&url.into())).collect();
            (service, Replicas::new(urls))
        };
        Self(entries.into_iter().map(replicas).collect())
    }
}

fn parse(setting: &Setting, text: &str) -> Result<String, ConfigError> {
    let refused = |problem: String| {
        ConfigError::invalid(
            setting,
            text,
            problem,
            "http://host:port, several separated by commas",
        )
    };
    let url = reqwest::Url::parse(text).map_err(|error| refused(error.to_string()))?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    if !is_plain {
        return Err(refused(
            "it is not just scheme, host and port of an HTTP server".to_owned(),
        ));
    }
    Ok(plain(text))
}

fn plain(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> Result<Vec<String>, ConfigError> {
        let env = Environment::from_pairs([("REVCART_ORDER_URL", value)]);
        let addresses = Addresses::from_env(&env)?;
        Ok(addresses.of(Service::Order).unwrap().urls().collect())
    }

    #[test]
    fn every_service_is_expected_on_its_own_port_of_this_machine() {
        let addresses = Addresses::from_env(&Environment::default()).unwrap();
        for service in Service::ALL {
            let expected = format!("http://127.0.0.1:{}", service.port());
            let urls: Vec<_> = addresses.of(service).unwrap().urls().collect();
            assert_eq!(urls, [expected]);
            let name = setting(service).name.to_lowercase();
            assert_eq!(name, format!("revcart_{}_url", service.short()));
        }
    }

    #[test]
    fn several_replicas_are_separated_by_commas() {
        assert_eq!(
            of("http://a:1, https://b:2/,").unwrap(),
            ["http://a:1", "https://b:2"]
        );
    }

    #[test]
    fn what_is_no_address_is_refused_by_name() {
        for wrong in ["order:8084", "http://order/api", "ftp://order", "nonsense"] {
            let refusal = of(wrong).unwrap_err().to_string();
            assert!(refusal.starts_with("REVCART_ORDER_URL is "), "{refusal}");
        }
    }
}
