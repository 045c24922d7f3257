use revcart_runtime::Shutdown;
use revcart_testkit::eventually;

use crate::world::{self, figures, request};

/// The clock stands still, so no timer helps.
#[tokio::test]
async fn commit_wakes_the_executor_and_answers_of_gateways_do_too() {
    let payment = world::start().await;
    let (job, shutdown) = (&payment.parts().jobs[0], Shutdown::new());
    let work = async {
        for _ in 0..3 {
            let request = request(&payment, None);
            payment.deliver(request.clone()).await;
            payment.parts().consumers[0].step().await.unwrap();
            eventually("the payment is completed", async || {
                let [status, ..] = figures(&payment, request.order_id).await;
                (status == "COMPLETED").then_some(())
            })
            .await;
        }
        shutdown.trigger();
    };
    futures::join!(job.run(payment.clock(), &shutdown), work);
}

#[tokio::test]
async fn shutdown_does_not_wait_for_gateways_that_hang() {
    let payment = world::start().await;
    payment.deliver(request(&payment, Some("tok_hang"))).await;
    payment.settle().await;
    let (job, shutdown) = (&payment.parts().jobs[0], Shutdown::new());
    shutdown.trigger();
    job.run(payment.clock(), &shutdown).await;
}
