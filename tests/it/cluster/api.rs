//! What the OpenAPI document says holds through the gateway, over the real backends, too.

use revcart_tests::Cluster;

use crate::turn;

#[tokio::test]
async fn every_operation_answers_as_its_document_says_on_real_backends() -> anyhow::Result<()> {
    let _turn = turn::taken().await;
    let cluster = Cluster::start(1, &[]).await?;
    crate::api::survives(&cluster.shop(), &cluster.address()).await?;
    cluster.stop().await
}
