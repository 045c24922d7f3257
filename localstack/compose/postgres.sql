-- The accounts of compose.yaml's PostgreSQL: one for each service, with a database of its own.

CREATE ROLE "user" LOGIN PASSWORD 'revcart';
CREATE DATABASE revcart_user OWNER "user";
REVOKE CONNECT ON DATABASE revcart_user FROM PUBLIC;

CREATE ROLE "product" LOGIN PASSWORD 'revcart';
CREATE DATABASE revcart_product OWNER "product";
REVOKE CONNECT ON DATABASE revcart_product FROM PUBLIC;

CREATE ROLE "cart" LOGIN PASSWORD 'revcart';
CREATE DATABASE revcart_cart OWNER "cart";
REVOKE CONNECT ON DATABASE revcart_cart FROM PUBLIC;

CREATE ROLE "order" LOGIN PASSWORD 'revcart';
CREATE DATABASE revcart_order OWNER "order";
REVOKE CONNECT ON DATABASE revcart_order FROM PUBLIC;

CREATE ROLE "payment" LOGIN PASSWORD 'revcart';
CREATE DATABASE revcart_payment OWNER "payment";
REVOKE CONNECT ON DATABASE revcart_payment FROM PUBLIC;

CREATE ROLE "notification" LOGIN PASSWORD 'revcart';
CREATE DATABASE revcart_notification OWNER "notification";
REVOKE CONNECT ON DATABASE revcart_notification FROM PUBLIC;

CREATE ROLE "delivery" LOGIN PASSWORD 'revcart';
CREATE DATABASE revcart_delivery OWNER "delivery";
REVOKE CONNECT ON DATABASE revcart_delivery FROM PUBLIC;

CREATE ROLE "analytics" LOGIN PASSWORD 'revcart';
CREATE DATABASE revcart_analytics OWNER "analytics";
REVOKE CONNECT ON DATABASE revcart_analytics FROM PUBLIC;
