//! How the database means to answer what is asked of what grows.

use revcart_persistence::documents::Documents;
use revcart_persistence::documents::values::{Bson, Document, doc};
use revcart_persistence::{Database, Reader};
use revcart_testkit::{START, query_plan};
use shared_events::{AgentId, DeliveryStatus, OrderId, UserId};
use uuid::Uuid;

use super::database;
use crate::domain::zone::Zone;
use crate::store::deliveries::{Filter, Stretch};
use crate::store::{agents, deliveries, locations, searches};

/// Every shape that a stretch of the list of deliveries can have, with its index.
fn stretches(agent: AgentId, zone: &Zone) -> Vec<(Stretch, &'static str)> {
    let (zone, status) = (Some(zone.clone()), Some(DeliveryStatus::Delivered));
    let filters = [
        (None, None, None, "by key"),
        (None, None, status, "deliveries_by_status"),
        (None, zone.clone(), None, "deliveries_by_zone"),
        (None, zone.clone(), status, "deliveries_by_zone"),
        (Some(agent), None, None, "deliveries_by_agent"),
        (Some(agent), zone, status, "deliveries_by_agent"),
    ];
    let stretches = filters
        .into_iter()
        .flat_map(|(agent, zone, status, index)| {
            let filter = Filter {
                agent,
                zone,
                status,
            };
            let stretches = filter.stretches().into_iter();
            stretches.map(move |stretch| (stretch, index))
        });
    stretches.collect()
}

#[tokio::test]
async fn what_grows_is_read_by_an_index() {
    let database = database().await;
    match database.reader() {
        Reader::Sql(_) => {
            rows(&database).await;
            listed_rows(&database).await;
        }
        Reader::Documents(documents) => {
            collections(documents).await;
            listed_documents(documents).await;
        }
    }
}

async fn rows(database: &Database) {
    let (agent, order) = (AgentId::new(), OrderId::new());
    let default = "default".parse().unwrap();
    let zones = vec!["default".to_owned()];
    let of_agent = |ended| deliveries::sql::of_agent_query(agent, ended, Some(order), 21);
    let plans = [
        (
            query_plan(database, &deliveries::sql::by_ids(vec![Uuid::nil()])).await,
            "deliveries USING INDEX sqlite_autoindex_deliveries_1 (order_id=?)",
        ),
        (
            query_plan(database, &of_agent(false)).await,
            "deliveries_by_agent (agent_id=? AND ended=? AND order_id>?)",
        ),
        (
            query_plan(database, &of_agent(true)).await,
            "deliveries_by_agent (agent_id=? AND ended=? AND order_id<?)",
        ),
        (
            query_plan(database, &deliveries::sql::in_hand_query()).await,
            "deliveries_by_agent",
        ),
        (
            query_plan(database, &searches::sql::overdue_query(START, 128)).await,
            "searches_by_expiry (expires_at<?)",
        ),
        (
            query_plan(database, &searches::sql::in_zone_query(&default, 128)).await,
            "searches_by_zone (zone=?)",
        ),
        (
            query_plan(database, &locations::sql::latest(agent, 50)).await,
            "agent_locations USING PRIMARY KEY (agent_id=?)",
        ),
        (
            query_plan(database, &agents::sql::on_shift(zones)).await,
            "agents_on_shift (on_shift=? AND zone=?)",
        ),
        (
            query_plan(database, &agents::sql::by_login(UserId::new())).await,
            "agents_by_login (user_id=?)",
        ),
        (
            query_plan(database, &agents::sql::in_zone(&default)).await,
            "agents_on_shift (on_shift=? AND zone=?)",
        ),
    ];
    for (plan, index) in plans {
        assert!(plan.contains(index), "{index} is not used: {plan}");
        let is_of_agents = plan.contains("agents_on_shift");
        assert!(
            is_of_agents || !plan.contains("TEMP B-TREE"),
            "sorted: {plan}"
        );
    }
}

async fn listed_rows(database: &Database) {
    let (agent, order) = (AgentId::new(), OrderId::new());
    let default = "default".parse().unwrap();
    for (stretch, index) in stretches(agent, &default) {
        let query = deliveries::sql::stretch_query(&stretch, Some(order), 21);
        let plan = query_plan(database, &query).await;
        let range = match index {
            "by key" => "sqlite_autoindex_deliveries_1 (order_id<?)".to_owned(),
            "deliveries_by_status" => "deliveries_by_status (status=? AND order_id<?)".to_owned(),
            "deliveries_by_zone" => {
                "deliveries_by_zone (zone=? AND status=? AND order_id<?)".to_owned()
            }
            _ => format!("{index} (agent_id=? AND ended=? AND order_id<?)"),
        };
        assert!(plan.contains(&range), "{range} is not used: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "sorted: {plan}");
    }
}

async fn collections(documents: &Documents) {
    let (agent, order) = (AgentId::new(), OrderId::new());
    let default = "default".parse().unwrap();
    let unsorted = |filter| (filter, doc! {});
    let of_agent = |ended| deliveries::documents::of_agent_query(agent, ended, Some(order));
    let queries = [
        (
            "deliveries",
            unsorted(deliveries::documents::among(&[order])),
            "_id_",
        ),
        ("deliveries", of_agent(false), "deliveries_by_agent"),
        ("deliveries", of_agent(true), "deliveries_by_agent"),
        (
            "deliveries",
            unsorted(deliveries::documents::in_hand_filter(&[agent])),
            "deliveries_by_agent",
        ),
        (
            "searches",
            searches::documents::overdue_query(START),
            "searches_by_expiry",
        ),
        (
            "searches",
            searches::documents::in_zone_query(&default),
            "searches_by_zone",
        ),
        (
            "agent_locations",
            locations::documents::latest(agent),
            "agent_locations_in_sequence",
        ),
        (
            "agents",
            unsorted(agents::documents::on_shift_filter(&["default"])),
            "agents_on_shift",
        ),
        (
            "agents",
            unsorted(agents::documents::by_login(UserId::new())),
            "agents_by_login",
        ),
        (
            "agents",
            unsorted(agents::documents::in_zone(&default)),
            "agents_on_shift",
        ),
    ];
    expect_indexes(documents, queries).await;
}

async fn listed_documents(documents: &Documents) {
    let (agent, order) = (AgentId::new(), OrderId::new());
    let default = "default".parse().unwrap();
    // The test server does not see that it has an index where the key alone is given, or fields besides those of an index.
    let is_seen = |stretch: &Stretch, index: &str| {
        let besides = stretch.zone.is_some() || stretch.status.is_some();
        index != "by key" && !(stretch.agent.is_some() && besides)
    };
    let listed = stretches(agent, &default).into_iter();
    let listed = listed.filter(|(stretch, index)| is_seen(stretch, index));
    let queries = listed.map(|(stretch, index)| {
        let query = deliveries::documents::stretch_query(&stretch, Some(order));
        ("deliveries", query, index)
    });
    expect_indexes(documents, queries).await;
}

type Asked = (&'static str, (Document, Document), &'static str);

async fn expect_indexes(documents: &Documents, queries: impl IntoIterator<Item = Asked>) {
    for (collection, (filter, sort), index) in queries {
        let explained = documents.explain(collection, of_one(filter), sort.clone());
        let explained: Document = explained.await.unwrap();
        let scan = index_scan(&explained)
            .unwrap_or_else(|| panic!("{collection} is read as a whole: {explained}"));
        assert_eq!(scan.get_str("indexName").ok(), Some(index), "{explained}");
        // The test server sorts even where the index has the order after fields that are given; to ask for the index's own
        // order is to ask no server for that.
        let keys = scan.get_document("keyPattern").unwrap();
        assert!(
            sort.is_empty() || sort == *keys || sort == reversed(keys),
            "{collection} is sorted by {sort}, the index is {keys}"
        );
    }
}

/// The same for one entry of every list: a list is one search of the index per entry. The test server does not see that where
/// another field is given besides.
fn of_one(filter: Document) -> Document {
    let one = |(field, value): (String, Bson)| {
        let list = value.as_document().and_then(|it| it.get_array("$in").ok());
        let first = list.and_then(|list| list.first()).cloned();
        (field, first.unwrap_or(value))
    };
    filter.into_iter().map(one).collect()
}

/// The stage of a plan that reads an index.
fn index_scan(explained: &Document) -> Option<&Document> {
    let planner = explained.get_document("queryPlanner").ok()?;
    let mut stage = planner.get_document("winningPlan").ok()?;
    while stage.get_str("stage").ok() != Some("IXSCAN") {
        stage = stage.get_document("inputStage").ok()?;
    }
    Some(stage)
}

fn reversed(keys: &Document) -> Document {
    let reversed = keys.keys().map(|key| (key.clone(), Bson::Int32(-1)));
    reversed.collect()
}
