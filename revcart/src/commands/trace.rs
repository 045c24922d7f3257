//! `revcart trace`: the causal timeline of one order, out of what all services have on record of it.

use std::collections::HashMap;
use std::process::ExitCode;

use analytics_service::trace;
use revcart_http_edge::trace::Record;
use serde::Serialize;
use shared_events::{MessageId, OrderId, Service, Timestamp};

use crate::cli::Trace;
use crate::inspection::{Installation, order_meant};
use crate::output::{self, offset, shortened};

/// Characters of a record's detail in the table; JSON has all of it.
const MOST_DETAIL: usize = 100;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Timeline {
    order_id: OrderId,
    records: Vec<Record>,
}

pub(super) async fn run(options: Trace) -> anyhow::Result<ExitCode> {
    let system = Installation::find(&options.data.dir)?;
    let orders = system.database(Service::Order).await?;
    let order_id = order_meant(&orders, &options.order).await?;
    let timeline = Timeline {
        order_id,
        records: trace::merge(gather(&system, order_id).await?),
    };
    anyhow::ensure!(
        !timeline.records.is_empty(),
        "no service has anything on record of an order {order_id}"
    );
    if options.data.json {
        output::json(&timeline)?;
    } else {
        print(&timeline)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a service has on record comes before the events that it published about it at the same time.
async fn gather(system: &Installation, order: OrderId) -> anyhow::Result<Vec<Record>> {
    let mut records = Vec::new();
    macro_rules! gather {
        ($service:expr, $name:ident) => {
            let database = system.database($service).await?;
            let of_service = $name::trace::of_order(&database, order).await;
            database.close().await;
            records.extend(of_service?);
        };
    }
    gather!(Service::Order, order_service);
    gather!(Service::Product, product_service);
    gather!(Service::Payment, payment_service);
    gather!(Service::Delivery, delivery_service);
    gather!(Service::Analytics, analytics_service);
    // People are told of events, at the time of the event.
    gather!(Service::Notification, notification_service);
    Ok(records)
}

fn print(timeline: &Timeline) -> anyhow::Result<()> {
    let mut table = output::table(["#", "after", "because of", "by", "kind", "what"]);
    let began = timeline
        .records
        .first()
        .map_or(Timestamp::MIN, |record| record.at);
    let numbers = numbers(&timeline.records);
    for (index, record) in timeline.records.iter().enumerate() {
        let cause = record.caused_by.and_then(|cause| numbers.get(&cause));
        table.add_row([
            (index + 1).to_string(),
            offset(record.at - began),
            cause.map_or_else(String::new, |number| format!("#{number}")),
            record.service.trim_end_matches("-service").to_owned(),
            record.kind.clone(),
            what(record),
        ]);
    }
    output::line(format!("order {}, since {began}", timeline.order_id))?;
    output::line(table)?;
    Ok(())
}

/// In which line each message was sent.
fn numbers(records: &[Record]) -> HashMap<MessageId, usize> {
    let sent = |(index, record): (usize, &Record)| Some((record.message_id?, index + 1));
    records.iter().enumerate().filter_map(sent).collect()
}

fn what(record: &Record) -> String {
    if record.detail.is_empty() {
        return record.title.clone();
    }
    format!(
        "{}: {}",
        record.title,
        shortened(&record.detail, MOST_DETAIL)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_tells_which_line_was_its_cause() {
        let at = Timestamp::from_micros(0);
        let charged = Record::new(Service::Payment, at, "gateway", "charge: captured", "key");
        let id = MessageId::new();
        let sent = Record {
            message_id: Some(id),
            ..Record::new(Service::Order, at, "saga-command", "RequestPayment", "")
        };
        assert_eq!(what(&charged), "charge: captured: key");
        assert_eq!(what(&sent), "RequestPayment");
        assert_eq!(numbers(&[charged, sent]), HashMap::from([(id, 2)]));
    }
}
