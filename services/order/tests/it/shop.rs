//! A shop with one shopper: order-service on a fixture, and what the other services would answer it.

use std::ops::Deref;

use http::{Method, StatusCode};
use order_service::{Config, Migrator};
use revcart_testkit::{Call, Fixture, Stub, TestService, eventually};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use shared_events::{
    AgentId, AssignDelivery, CancelDelivery, CartId, Command, DeliveryAssigned,
    DeliveryCancelRefused, DeliveryCancelled, DeliveryCompleted, DeliveryFailed, DeliveryId,
    DeliveryInProgress, DeliveryStage, DeliveryStatus, Message, MessageId, Money, OrderId,
    PaymentAuthorized, PaymentCompleted, PaymentFailed, PaymentId, PaymentMethod, ProductId,
    RefundId, RefundPayment, RefundProcessed, ReleaseStock, RequestPayment, ReservationId,
    ReserveStock, SagaRef, Service, StockReleased, StockReservationFailed, StockReserved,
};

pub(crate) struct Shop {
    pub(crate) service: TestService,
    pub(crate) cart: Stub,
    pub(crate) product: Stub,
    pub(crate) user: Stub,
    pub(crate) cart_id: CartId,
    pub(crate) tea: ProductId,
    pub(crate) milk: ProductId,
}

impl Deref for Shop {
    type Target = TestService;

    fn deref(&self) -> &TestService {
        &self.service
    }
}

impl Shop {
    /// Two packets of tea at 199.00 and one bottle of milk at 30.00 in the shopper's cart, version 3.
    pub(crate) async fn open() -> Shop {
        Shop::open_with(Config::for_testing()).await
    }

    pub(crate) async fn open_with(config: Config) -> Shop {
        let (cart, product, user) = (Stub::new(), Stub::new(), Stub::new());
        let service = Fixture::new::<Migrator>(Service::Order)
            .peer(Service::Cart, cart.router())
            .peer(Service::Product, product.router())
            .peer(Service::User, user.router())
            .start(|adapters| order_service::build(config, adapters))
            .await;
        let shop = Shop {
            service,
            cart,
            product,
            user,
            cart_id: CartId::new(),
            tea: ProductId::new(),
            milk: ProductId::new(),
        };
        shop.cart_holds(3, &[(shop.tea, 2, "199.00"), (shop.milk, 1, "30.00")]);
        shop.catalogue_says(&[(shop.tea, "199.00", 10), (shop.milk, "30.00", 10)]);
        shop.user.answer(
            Method::GET,
            "/api/users/*/checkout-profile",
            StatusCode::OK,
            profile(),
        );
        shop
    }

    /// The same service once more on the same database, if that is on a server.
    pub(crate) async fn replica(&self) -> Option<TestService> {
        let build = |adapters| order_service::build(Config::for_testing(), adapters);
        self.service.replica(build).await
    }

    /// What kind of database it is.
    pub(crate) fn backend(&self) -> DbBackend {
        self.database().read().get_database_backend()
    }

    /// An id as it is written in the database's SQL.
    pub(crate) fn literal(&self, id: OrderId) -> String {
        let bytes = id.as_uuid().simple().to_string();
        match self.backend() {
            DbBackend::Postgres => format!("'{bytes}'"),
            _ => format!("x'{bytes}'"),
        }
    }

    /// Changes the database behind the service's back.
    pub(crate) async fn execute(&self, sql: String) {
        let done = self.database().write(sql, |unit, sql| {
            Box::pin(async move {
                unit.sql().execute_unprepared(sql).await?;
                Ok::<_, revcart_persistence::Error>(())
            })
        });
        done.await.unwrap();
    }

    pub(crate) fn cart_holds(&self, version: u32, items: &[(ProductId, u32, &str)]) {
        let item = |(product, quantity, price): &(ProductId, u32, &str)| json!({"productId": product, "sku": "SKU", "name": "thing", "quantity": quantity, "unitPrice": rupees(price)});
        let items: Vec<_> = items.iter().map(item).collect();
        let cart = json!({"cartId": self.cart_id, "version": version, "items": items});
        self.cart
            .answer(Method::GET, "/internal/carts/*", StatusCode::OK, cart);
    }

    pub(crate) fn catalogue_says(&self, products: &[(ProductId, &str, i64)]) {
        let product = |(product, price, available): &(ProductId, &str, i64)| {
            json!({"productId": product, "sku": "SKU-NOW", "name": "thing as it is called now",
                   "price": rupees(price), "available": available, "version": 1})
        };
        let items: Vec<_> = products.iter().map(product).collect();
        self.product.answer(
            Method::GET,
            "/api/products/batch",
            StatusCode::OK,
            json!({"items": items}),
        );
    }

    /// A checkout by the customer under a new key.
    pub(crate) fn checkout(&self) -> Call {
        self.checkout_as(&MessageId::new().to_string(), &order())
    }

    pub(crate) fn checkout_as(&self, key: &str, body: &Value) -> Call {
        self.post("/api/orders/checkout")
            .token(&self.customer)
            .idempotency_key(key)
            .json(body)
    }

    /// An order by the customer, its first command sent.
    pub(crate) async fn place(&self) -> OrderId {
        let placed = self.checkout().await.expect(StatusCode::ACCEPTED);
        self.settle().await;
        order_id(&placed.json)
    }

    /// An order on its way to the shopper as far as `PAID`, `CONFIRMED` and so on tell.
    pub(crate) async fn place_and_reserve(&self) -> OrderId {
        let order = self.place().await;
        self.reserve(order).await;
        order
    }

    pub(crate) async fn place_and_pay(&self) -> OrderId {
        let order = self.place_and_reserve().await;
        self.pay(order).await;
        order
    }

    pub(crate) async fn place_and_assign(&self) -> OrderId {
        let order = self.place_and_pay().await;
        self.assign(order).await;
        order
    }

    pub(crate) async fn reserve(&self, order: OrderId) {
        let asked: ReserveStock = self.last(order);
        self.deliver(stock_reserved(&asked)).await;
        self.settle().await;
    }

    pub(crate) async fn refuse_stock(&self, order: OrderId) {
        let asked: ReserveStock = self.last(order);
        let refused = StockReservationFailed {
            order_id: order,
            reason: "INSUFFICIENT_STOCK".to_owned(),
            shortages: vec![],
            saga: Some(asked.saga),
        };
        self.deliver(refused).await;
        self.settle().await;
    }

    pub(crate) async fn pay(&self, order: OrderId) {
        let asked: RequestPayment = self.last(order);
        self.deliver(payment_completed(&asked)).await;
        self.settle().await;
    }

    pub(crate) async fn promise_cash(&self, order: OrderId) {
        let asked: RequestPayment = self.last(order);
        let promised = PaymentAuthorized {
            payment_id: PaymentId::new(),
            order_id: order,
            user_id: asked.user_id,
            gateway: PaymentMethod::Cod,
            amount: asked.amount,
            saga: Some(asked.saga),
        };
        self.deliver(promised).await;
        self.settle().await;
    }

    pub(crate) async fn decline(&self, order: OrderId, is_final: bool) {
        let asked: RequestPayment = self.last(order);
        self.deliver(payment_failed(&asked, is_final)).await;
        self.settle().await;
    }

    pub(crate) async fn assign(&self, order: OrderId) {
        let asked: AssignDelivery = self.last(order);
        self.deliver(delivery_assigned(&asked)).await;
        self.settle().await;
    }

    pub(crate) async fn find_no_agent(&self, order: OrderId) {
        let asked: AssignDelivery = self.last(order);
        self.deliver(delivery_failed(
            order,
            DeliveryStage::Assignment,
            Some(asked.saga),
        ))
        .await;
        self.settle().await;
    }

    pub(crate) async fn pick_up(&self, order: OrderId) {
        let picked_up = DeliveryInProgress {
            delivery_id: DeliveryId::new(),
            order_id: order,
            agent_id: AgentId::new(),
        };
        self.deliver(picked_up).await;
        self.settle().await;
    }

    pub(crate) async fn hand_over(&self, order: OrderId) {
        let handed_over = DeliveryCompleted {
            delivery_id: DeliveryId::new(),
            order_id: order,
            delivered_at: self.now(),
            collected: None,
        };
        self.deliver(handed_over).await;
        self.settle().await;
    }

    pub(crate) async fn come_back(&self, order: OrderId) {
        self.deliver(delivery_failed(order, DeliveryStage::Doorstep, None))
            .await;
        self.settle().await;
    }

    /// Answers every compensation until none is left.
    pub(crate) async fn undo(&self, order: OrderId, refunded: Money) {
        self.undo_delivery(order).await;
        self.refund(order, refunded).await;
        self.release(order).await;
    }

    pub(crate) async fn undo_delivery(&self, order: OrderId) {
        if let Some(asked) = self.find_last::<CancelDelivery>(order) {
            let cancelled = DeliveryCancelled {
                delivery_id: None,
                order_id: order,
                saga: Some(asked.saga),
            };
            self.deliver(cancelled).await;
            self.settle().await;
        }
    }

    pub(crate) async fn refuse_to_undo_delivery(&self, order: OrderId) {
        let asked: CancelDelivery = self.last(order);
        let refused = DeliveryCancelRefused {
            delivery_id: DeliveryId::new(),
            order_id: order,
            status: DeliveryStatus::PickedUp,
            saga: Some(asked.saga),
        };
        self.deliver(refused).await;
        self.settle().await;
    }

    pub(crate) async fn refund(&self, order: OrderId, amount: Money) {
        if let Some(asked) = self.find_last::<RefundPayment>(order) {
            let refunded = RefundProcessed {
                refund_id: RefundId::new(),
                payment_id: PaymentId::new(),
                order_id: order,
                user_id: None,
                amount,
                saga: Some(asked.saga),
            };
            self.deliver(refunded).await;
            self.settle().await;
        }
    }

    pub(crate) async fn release(&self, order: OrderId) {
        if let Some(asked) = self.find_last::<ReleaseStock>(order) {
            let released = StockReleased {
                order_id: order,
                reservation_id: None,
                lines: vec![],
                saga: Some(asked.saga),
            };
            self.deliver(released).await;
            self.settle().await;
        }
    }

    /// The last command of this kind for this order.
    #[track_caller]
    pub(crate) fn last<C: Command + About>(&self, order: OrderId) -> C {
        self.find_last(order)
            .unwrap_or_else(|| panic!("no {} was sent", C::NAME))
    }

    pub(crate) fn find_last<C: Command + About>(&self, order: OrderId) -> Option<C> {
        self.sent::<C>()
            .into_iter()
            .rev()
            .find(|command| command.order() == order)
    }

    /// The first command of a checkout that is being waited for.
    pub(crate) async fn first_command(&self) -> ReserveStock {
        eventually("the order is placed", async || {
            self.settle().await;
            self.sent::<ReserveStock>().pop()
        })
        .await
    }

    /// The order as its owner sees it.
    pub(crate) async fn shown(&self, order: OrderId) -> Value {
        let path = format!("/api/orders/{order}");
        self.get(&path)
            .token(&self.customer)
            .await
            .expect(StatusCode::OK)
            .json
    }

    pub(crate) async fn status(&self, order: OrderId) -> String {
        self.shown(order).await["status"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The saga as operators see it.
    pub(crate) async fn saga(&self, order: OrderId) -> Value {
        let path = format!("/api/ops/sagas/{order}");
        self.get(&path)
            .token(&self.admin)
            .await
            .expect(StatusCode::OK)
            .json
    }
}

/// Commands that speak of an order.
pub(crate) trait About: Message {
    fn order(&self) -> OrderId;
}

impl<M: Message> About for M {
    fn order(&self) -> OrderId {
        self.order_id().expect("every saga command names its order")
    }
}

/// A column of a query's rows.
pub(crate) async fn texts(shop: &Shop, sql: &str, column: &str) -> Vec<String> {
    let sql = Statement::from_string(shop.backend(), sql);
    let rows = shop.database().read().query_all_raw(sql).await;
    let text = |row: &sea_orm::QueryResult| row.try_get("", column).unwrap();
    rows.unwrap().iter().map(text).collect()
}

/// What the shopper sends.
pub(crate) fn order() -> Value {
    json!({"shippingAddress": address(), "paymentMethod": "DUMMY", "paymentToken": "tok_ok"})
}

pub(crate) fn address() -> Value {
    json!({"recipient": "Asha Rao", "line1": "12 MG Road", "city": "Bengaluru", "state": "Karnataka",
           "postalCode": "560001", "country": "IN", "phone": "+91 80 5550 1234"})
}

fn profile() -> Value {
    json!({"contact": {"name": "Asha Rao", "email": "asha@example.com"}, "address": address()})
}

pub(crate) fn rupees(amount: &str) -> Value {
    json!({"amount": amount, "currency": "INR"})
}

pub(crate) fn order_id(body: &Value) -> OrderId {
    serde_json::from_value(body["orderId"].clone()).expect("a body with an orderId")
}

pub(crate) fn stock_reserved(asked: &ReserveStock) -> StockReserved {
    StockReserved {
        order_id: asked.order_id,
        reservation_id: ReservationId::new(),
        lines: asked.lines.clone(),
        expires_at: None,
        saga: Some(asked.saga.clone()),
    }
}

pub(crate) fn payment_completed(asked: &RequestPayment) -> PaymentCompleted {
    PaymentCompleted {
        payment_id: PaymentId::new(),
        order_id: asked.order_id,
        user_id: asked.user_id,
        gateway: asked.method,
        gateway_reference: "ch_1".to_owned(),
        amount: asked.amount,
        saga: Some(asked.saga.clone()),
    }
}

pub(crate) fn payment_failed(asked: &RequestPayment, is_final: bool) -> PaymentFailed {
    PaymentFailed {
        payment_id: PaymentId::new(),
        order_id: asked.order_id,
        user_id: asked.user_id,
        reason: "DECLINED".to_owned(),
        is_final,
        saga: Some(asked.saga.clone()),
    }
}

pub(crate) fn delivery_assigned(asked: &AssignDelivery) -> DeliveryAssigned {
    DeliveryAssigned {
        delivery_id: DeliveryId::new(),
        order_id: asked.order_id,
        agent_id: AgentId::new(),
        agent_name: "Ravi".to_owned(),
        estimated_arrival: asked.expires_at,
        saga: Some(asked.saga.clone()),
    }
}

fn delivery_failed(order: OrderId, stage: DeliveryStage, saga: Option<SagaRef>) -> DeliveryFailed {
    DeliveryFailed {
        delivery_id: None,
        order_id: order,
        reason: "nobody at home".to_owned(),
        stage,
        saga,
    }
}
