//! A violation of each invariant, planted into a copy of what a system has left behind: the audit finds it and says where.

mod plants;

use std::path::Path;

use revcart_messaging::bus::{Bus, OutgoingMessage, ReceiveOptions};
use revcart_messaging::{EmbeddedBus, embedded};
use revcart_runtime::Clock;
use revcart_tests::customer::NEAR;
use revcart_tests::shop::text;
use revcart_tests::{Audit, Customer, System};
use serde_json::{Value, json};
use shared_events::attributes::DLQ_REASON;
use shared_events::{Attributes, Destination, MessageId, Service};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

use crate::golden::golden;
use plants::{PLANTS, Plant};

/// What a system has left behind that ended in good order.
struct Remains {
    system: System,
    product: String,
    confirmed: String,
    cancelled: String,
    cash: String,
}

impl Remains {
    async fn of_some_orders() -> anyhow::Result<Self> {
        let mut system = System::start(&[]).await?;
        let shop = system.shop();
        let product = shop.add_product(&shop.admin().await?, 50).await?;
        let customer = Customer::sign_up(&shop, NEAR).await?;
        let confirmed = customer.buy(&product, 2).await?;
        let cancelled = customer.buy(&product, 1).await?;
        customer.cancel(text(&cancelled, "orderId")).await?;
        customer.put(&product, 1).await?;
        let order = json!({"addressId": customer.address, "paymentMethod": "COD"});
        let cash = customer.check_out_as(&order).await?.expect(201);
        // Until nothing is on its way any more.
        system.audit().await?.is_clean_over(3);
        system.stop().await?;
        let id = |order| text(order, "orderId").to_owned();
        Ok(Self {
            confirmed: id(&confirmed),
            cancelled: id(&cancelled),
            cash: id(&cash),
            system,
            product,
        })
    }

    fn copy(&self) -> anyhow::Result<TempDir> {
        let copy = tempfile::tempdir()?;
        for entry in std::fs::read_dir(self.system.data())? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                std::fs::copy(entry.path(), copy.path().join(entry.file_name()))?;
            }
        }
        Ok(copy)
    }

    /// The statement with ids in the place of their names, as the databases keep them.
    fn fill(&self, sql: &str) -> String {
        let blob = |id: &str| format!("x'{}'", id.replace('-', ""));
        [
            ("{product}", &self.product),
            ("{confirmed}", &self.confirmed),
            ("{cancelled}", &self.cancelled),
            ("{cash}", &self.cash),
        ]
        .into_iter()
        .fold(sql.to_owned(), |sql, (name, id)| {
            sql.replace(name, &blob(id))
        })
        .replace("{confirmed:id}", &self.confirmed)
    }

    fn id(&self, name: &str) -> &str {
        match name {
            "product" => &self.product,
            "confirmed" => &self.confirmed,
            "cancelled" => &self.cancelled,
            "cash" => &self.cash,
            "agent" => "agent",
            other => panic!("nothing is called {other}"),
        }
    }

    async fn plant(&self, plant: &Plant, data: &Path) -> anyhow::Result<()> {
        let options = SqliteConnectOptions::new()
            .filename(data.join(format!("{}.db", plant.database)))
            .foreign_keys(false)
            // What the code must keep the database keeps too; here it is to be broken.
            .pragma("ignore_check_constraints", "ON");
        let mut connection = options.connect().await?;
        for sql in plant.sql {
            let sql = AssertSqlSafe(self.fill(sql));
            let done = sqlx::query(sql).execute(&mut connection).await?;
            assert!(done.rows_affected() > 0, "{}: nothing planted", plant.what);
        }
        connection.close().await?;
        Ok(())
    }
}

/// A command of this order's saga that its receiver has given up.
async fn give_up_a_command(order: &str, data: &Path) -> anyhow::Result<()> {
    let mut envelope = golden("payment.RefundPayment.v1");
    envelope["data"]["orderId"] = json!(order);
    let message = OutgoingMessage {
        id: MessageId::new(),
        destination: Destination::Queue(Service::Payment),
        body: envelope.to_string().into(),
        attributes: Attributes::default(),
    };
    let options = embedded::Options::file(data.join("broker.db"));
    let bus = Bus::from(EmbeddedBus::open(options, Clock::system()).await?);
    for outcome in bus.publish(&[message]).await {
        outcome?;
    }
    let received = bus.receive(Service::Payment, ReceiveOptions::default());
    for message in received.await? {
        let why = Attributes::default().with(DLQ_REASON, "planted");
        bus.dead_letter(Service::Payment, &[(message.receipt, why)])
            .await?;
    }
    bus.close().await;
    Ok(())
}

#[tokio::test]
async fn a_dead_letter_of_a_saga_is_found() -> anyhow::Result<()> {
    let remains = Remains::of_some_orders().await?;
    let copy = remains.copy()?;
    give_up_a_command(&remains.confirmed, copy.path()).await?;
    let audit = Audit::of(copy.path()).await?;
    assert_eq!(audit.status, Some(1));
    let finding = audit.findings.first().expect("it is found");
    assert_eq!(finding["invariant"], "messages", "{finding}");
    assert_eq!(finding["orderId"], remains.confirmed.as_str(), "{finding}");
    Ok(())
}

#[tokio::test]
async fn each_planted_violation_is_found_and_an_unharmed_copy_has_none() -> anyhow::Result<()> {
    let remains = Remains::of_some_orders().await?;
    let copy = remains.copy()?;
    Audit::of(copy.path()).await?.is_clean_over(3);
    let mut missed = Vec::new();
    for plant in PLANTS {
        let copy = remains.copy()?;
        remains.plant(plant, copy.path()).await?;
        let audit = Audit::of(copy.path()).await?;
        let findings = audit.findings.iter();
        let told: Vec<_> = findings.map(ToString::to_string).collect();
        println!("{}: {told:#?}", plant.what);
        let named = remains.id(plant.names);
        let is_it = |finding: &Value| {
            finding["invariant"] == plant.invariant && finding.to_string().contains(named)
        };
        if audit.status != Some(1) || !audit.findings.iter().any(is_it) {
            missed.push(format!("{} ({:?}): {told:?}", plant.what, audit.status));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    Ok(())
}
