//! Opening a MongoDB.

use std::time::Duration;

use mongodb::bson::doc;
use mongodb::error::ErrorKind;
use mongodb::options::{Acknowledgment, ClientOptions, ReadConcern, WriteConcern};
use revcart_runtime::config::Secret;

use super::Documents;
use crate::Error;
use crate::database::WITHHELD;

/// How long a server is looked for before an operation fails.
const SELECTION: Duration = Duration::from_secs(3);
const CONNECT: Duration = Duration::from_secs(2);

/// Connects with at most `connections`; fails, and says why, if nobody can log in now.
pub(crate) async fn connect(address: &Secret, connections: u32) -> Result<Documents, Error> {
    let refused = |location: &str, error: &mongodb::error::Error| Error::Open {
        location: location.to_owned(),
        problem: told(error),
    };
    let mut options = ClientOptions::parse(address.expose())
        .await
        .map_err(|error| refused(WITHHELD, &error))?;
    let hosts: Vec<String> = options.hosts.iter().map(ToString::to_string).collect();
    let Some(name) = options.default_database.clone() else {
        return Err(Error::Open {
            location: format!("mongodb://{}", hosts.join(",")),
            problem: "the address names no database: add /database after the hosts".to_owned(),
        });
    };
    let location = format!("mongodb://{}/{name}", hosts.join(","));
    options.app_name = Some("revcart".to_owned());
    options.max_pool_size = Some(connections.max(2));
    options.server_selection_timeout = Some(SELECTION);
    options.connect_timeout = Some(CONNECT);
    options.write_concern = Some(WriteConcern::builder().w(Acknowledgment::Majority).build());
    options.read_concern = Some(ReadConcern::majority());
    let client =
        mongodb::Client::with_options(options).map_err(|error| refused(&location, &error))?;
    let database = client.database(&name);
    // A ping needs no rights; this does.
    database
        .run_command(doc! { "find": super::schema::COLLECTION, "limit": 1 })
        .await
        .map_err(|error| refused(&location, &error))?;
    Ok(Documents::new(database))
}

fn told(error: &mongodb::error::Error) -> String {
    match error.kind.as_ref() {
        ErrorKind::ServerSelection { message, .. } => {
            // The message goes on to list every server with its state.
            let short = message.split(". Topology").next().unwrap_or(message);
            format!("nobody answers there ({short}): check hosts, port and TLS")
        }
        ErrorKind::Authentication { message, .. } => {
            format!("{message}: check user, password and authSource")
        }
        ErrorKind::Command(command) if command.code == 13 => {
            format!(
                "{}: this user has no right to the database",
                command.message
            )
        }
        ErrorKind::Command(command) if command.code == 18 => {
            format!("{}: check user, password and authSource", command.message)
        }
        other => other.to_string(),
    }
}
