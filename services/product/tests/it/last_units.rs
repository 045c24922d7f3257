use futures::future::join_all;
use http::StatusCode;
use serde_json::json;
use shared_events::{OrderId, Service, StockReservationFailed, StockReserved};

use crate::shop::{self, figures, line, reserve};

const UNITS: u32 = 20;
const BUYERS: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_buyers_of_twenty_units_leave_twenty_winners() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, UNITS).await;
    let lines = [line(product, 1)];
    for _ in 0..BUYERS / 2 {
        shop.deliver(reserve(OrderId::new(), &lines)).await;
    }
    let token = shop.token_of(Service::Order);
    let over_rest = (0..BUYERS / 2).map(|_| {
        let wish = json!({ "orderId": OrderId::new(), "lines": lines });
        let call = shop.put("/api/products/stock/reserve").token(&token);
        call.json(&wish).into_future()
    });
    let answers = shop.settle_while(join_all(over_rest)).await;
    shop.settle().await;

    let served = |status| answers.iter().filter(|it| it.status == status).count();
    let by_message = shop.published::<StockReserved>().len();
    assert_eq!(served(StatusCode::OK) + by_message, UNITS as usize);
    let refused = shop.published::<StockReservationFailed>().len();
    assert_eq!(
        served(StatusCode::CONFLICT) + refused,
        BUYERS - UNITS as usize
    );
    assert_eq!(figures(&shop, product).await, [20, 20, 0, 0]);
}
