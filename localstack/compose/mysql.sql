-- The accounts of compose.yaml's MySQL: one with every right for tests, one for each service on its own schema.
CREATE USER 'revcart-admin'@'%' IDENTIFIED BY 'revcart';
GRANT ALL ON *.* TO 'revcart-admin'@'%' WITH GRANT OPTION;

CREATE DATABASE `revcart_user` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER 'user'@'%' IDENTIFIED BY 'revcart';
GRANT ALL ON `revcart\_user`.* TO 'user'@'%';

CREATE DATABASE `revcart_product` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER 'product'@'%' IDENTIFIED BY 'revcart';
GRANT ALL ON `revcart\_product`.* TO 'product'@'%';

CREATE DATABASE `revcart_cart` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER 'cart'@'%' IDENTIFIED BY 'revcart';
GRANT ALL ON `revcart\_cart`.* TO 'cart'@'%';

CREATE DATABASE `revcart_order` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER 'order'@'%' IDENTIFIED BY 'revcart';
GRANT ALL ON `revcart\_order`.* TO 'order'@'%';

CREATE DATABASE `revcart_payment` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER 'payment'@'%' IDENTIFIED BY 'revcart';
GRANT ALL ON `revcart\_payment`.* TO 'payment'@'%';

CREATE DATABASE `revcart_notification` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER 'notification'@'%' IDENTIFIED BY 'revcart';
GRANT ALL ON `revcart\_notification`.* TO 'notification'@'%';

CREATE DATABASE `revcart_delivery` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER 'delivery'@'%' IDENTIFIED BY 'revcart';
GRANT ALL ON `revcart\_delivery`.* TO 'delivery'@'%';

CREATE DATABASE `revcart_analytics` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER 'analytics'@'%' IDENTIFIED BY 'revcart';
GRANT ALL ON `revcart\_analytics`.* TO 'analytics'@'%';
