//! What can be typed: commands, their options and their help.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use revcart_runtime::config::Setting;

/// Options that may also come from the environment, as `revcart config` lists them.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        name: "REVCART_DATA",
        default: Some("./data"),
        meaning: "folder of files, and of the broker and databases that are not placed elsewhere: --data",
        secret: false,
    },
    Setting {
        name: "REVCART_LISTEN",
        default: None,
        meaning: "address and port to listen on: --listen",
        secret: false,
    },
    Setting {
        name: "REVCART_ADMIN_EMAIL",
        default: Some("admin@revcart.local"),
        meaning: "administrator whom `revcart load` acts as: --admin-email",
        secret: false,
    },
    Setting {
        name: "REVCART_ADMIN_PASSWORD",
        default: None,
        meaning: "that administrator's password: --admin-password",
        secret: true,
    },
];

/// An event-driven commerce backend: eight services, one order saga, one command.
#[derive(Debug, Parser)]
#[command(name = "revcart", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start all eight services in this process, on one port (also what `revcart` alone does)
    Up(Up),
    /// Start one service, as it runs in a pod, or the gateway in front of all of them
    Serve(Serve),
    /// Start the eight services and the gateway as processes of their own, on the backends that the environment names
    Cluster(Cluster),
    /// Apply missing schema migrations: of one service, or of all
    Migrate(Migrate),
    /// Make the keys by which services that are processes of their own know each other
    Keys(Keys),
    /// Print the topology (topics, queues, filters, who publishes and who consumes), make it, or compare it
    Topology(Topology),
    /// Print the OpenAPI document of a service, or of all together
    Openapi(Openapi),
    /// Fill a database, for trials
    #[command(subcommand)]
    Seed(Seed),
    /// Print the causal timeline of one order
    Trace(Trace),
    /// Check the invariants over the databases of all services; exit status 1 if one is broken
    Audit(Audit),
    /// Look at order sagas
    #[command(subcommand)]
    Saga(Saga),
    /// Look at events
    #[command(subcommand)]
    Events(Events),
    /// Look at dead letters
    #[command(subcommand)]
    Dlq(Dlq),
    /// Look at what people are written
    #[command(subcommand)]
    Notify(Notify),
    /// Send shoppers through the public API of a running system and report what became of every order
    Load(Load),
    /// Check every configured backend and say what is wrong and how to mend it
    Doctor(Data),
    /// Print every setting with its value, default and meaning
    Config(Config),
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Where the embedded data lies.
#[derive(Debug, Clone, Args)]
pub(crate) struct Data {
    /// Folder of the embedded broker and databases
    #[arg(long = "data", env = "REVCART_DATA", default_value = "./data")]
    pub(crate) dir: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Up {
    /// Address and port to listen on
    #[arg(long, env = "REVCART_LISTEN", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Folder of the embedded broker and databases
    #[arg(long = "data", env = "REVCART_DATA", default_value = "./data")]
    pub(crate) data: PathBuf,
    /// Keep nothing: data in a temporary folder that goes with the process
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// Commit when the operating system has the data, not when the disk has it: survives a crash, not a power cut
    #[arg(long)]
    pub(crate) relaxed: bool,
    /// Start without the demo catalogue, agents and logins
    #[arg(long)]
    pub(crate) no_demo: bool,
}

impl Default for Up {
    fn default() -> Self {
        #[derive(Parser)]
        struct Alone {
            #[command(flatten)]
            up: Up,
        }
        Alone::parse_from(["revcart"]).up
    }
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Serve {
    /// What: user, product, cart, order, payment, notification, delivery or analytics; or gateway
    #[arg(value_parser = served, value_name = "SERVICE")]
    pub(crate) served: Served,
    /// Address and port to listen on; its own port on loopback if not given (the gateway's is 8080)
    #[arg(long, env = "REVCART_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// Folder of files, and of whatever the environment does not place elsewhere
    #[arg(long = "data", env = "REVCART_DATA", default_value = "./data")]
    pub(crate) data: PathBuf,
    /// End in order when the standard input ends, so that nothing is left behind by whoever started it
    #[arg(long, hide = true)]
    pub(crate) while_stdin: bool,
}

/// What can be served alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    Service(shared_events::Service),
    Gateway,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Cluster {
    /// Port of the gateway; the services' are counted up from the next one, those of the second replicas from ten further on
    #[arg(long, default_value_t = 8080)]
    pub(crate) base_port: u16,
    /// Processes of each service
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=9))]
    pub(crate) replicas: u16,
    /// Folder of keys and files, and of databases that the environment does not place elsewhere
    #[arg(long = "data", env = "REVCART_DATA", default_value = "./data")]
    pub(crate) data: PathBuf,
    /// Start without the demo catalogue, agents and logins
    #[arg(long)]
    pub(crate) no_demo: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Keys {
    /// Folder to make them in: one private key per service, and trust.json
    #[arg(long)]
    pub(crate) dir: PathBuf,
    /// Make this service a new key; its old one is trusted until it is taken out of trust.json
    #[arg(long, value_parser = service)]
    pub(crate) rotate: Option<shared_events::Service>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Openapi {
    /// The service; all together if not given
    #[arg(value_parser = service)]
    pub(crate) service: Option<shared_events::Service>,
    /// Write every document into this folder instead
    #[arg(long, conflicts_with = "service", value_name = "DIR")]
    pub(crate) write: Option<PathBuf>,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Seed {
    /// Add settled orders of the past to the order database, and nothing to any other
    Orders(SeedOrders),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct SeedOrders {
    /// How many
    #[arg(long)]
    pub(crate) count: u64,
    /// A user whose orders some of them are
    #[arg(long)]
    pub(crate) user: Option<shared_events::UserId>,
    /// How many of a hundred are that user's
    #[arg(long, default_value_t = 10, requires = "user", value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(crate) share: u32,
    /// Also if there are orders already
    #[arg(long)]
    pub(crate) yes: bool,
    /// Folder of the embedded databases
    #[arg(long = "data", env = "REVCART_DATA", default_value = "./data")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Migrate {
    /// The service; all if not given
    #[arg(value_parser = service)]
    pub(crate) service: Option<shared_events::Service>,
    /// Folder of the embedded databases
    #[arg(long = "data", env = "REVCART_DATA", default_value = "./data")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum TopologyFormat {
    /// A table for reading
    Table,
    /// Variables for Terraform
    Terraform,
    /// JSON
    Json,
    /// A Mermaid graph
    Mermaid,
    /// The `AsyncAPI` 3.0 document
    Asyncapi,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Topology {
    #[command(subcommand)]
    pub(crate) action: Option<TopologyAction>,
    /// How to print it
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: TopologyFormat,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum TopologyAction {
    /// Make topics, queues, dead-letter queues, policies and subscriptions as declared, in the account that AWS_* names
    Apply,
    /// Print how that account differs from what is declared; exit status 1 if it does
    Diff,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Trace {
    /// Order id or order number
    pub(crate) order: String,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) data: Data,
    /// How long to wait for messages in flight before a finding counts
    #[arg(long, default_value = "30s", value_parser = duration)]
    pub(crate) settle: std::time::Duration,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Saga {
    /// List sagas, newest first
    Ls {
        /// Only those in this state: running, compensating, needs-attention, completed or compensated
        #[arg(long, value_parser = saga_state)]
        status: Option<saga::order::State>,
        /// At most this many
        #[arg(long, default_value_t = 50)]
        limit: u64,
        #[command(flatten)]
        data: Data,
    },
    /// Show one saga with its log
    Show {
        /// Order id or order number
        order: String,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Events {
    /// Print events as they are published
    Tail {
        /// Only events of this type, as in `OrderPlaced`
        #[arg(long = "type")]
        kind: Option<String>,
        /// Begin with this many of the past
        #[arg(long, default_value_t = 10)]
        last: u64,
        /// Print what there is and end
        #[arg(long)]
        no_follow: bool,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Dlq {
    /// List dead letters, grouped by their cause
    Ls {
        /// Only this service's
        #[arg(value_parser = service)]
        service: Option<shared_events::Service>,
        #[command(flatten)]
        data: Data,
    },
    /// Show one dead letter
    Show {
        /// Message id
        id: shared_events::MessageId,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Notify {
    /// Print a letter as it would be sent, with sample parameters; the list of templates if none is named
    Preview(Preview),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Preview {
    /// The template, as in `order_received`
    pub(crate) template: Option<String>,
    /// Only the HTML part
    #[arg(long, conflicts_with = "text")]
    pub(crate) html: bool,
    /// Only the text part
    #[arg(long)]
    pub(crate) text: bool,
    /// Write it to this file
    #[arg(long, requires = "template")]
    pub(crate) to: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Load {
    /// Base address of the system
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub(crate) target: String,
    /// Shoppers at the same time
    #[arg(long, default_value_t = 8)]
    pub(crate) shoppers: u32,
    /// How long to begin new orders
    #[arg(long = "for", default_value = "30s", value_parser = duration)]
    pub(crate) duration: std::time::Duration,
    /// Begin this many orders instead
    #[arg(long, conflicts_with = "duration")]
    pub(crate) orders: Option<u64>,
    /// Orders begun per second; as fast as the system answers if not given
    #[arg(long)]
    pub(crate) rate: Option<f64>,
    /// A JSON file with the shares of what shoppers do, or `faults` for 5 % of each way to fail
    #[arg(long)]
    pub(crate) mix: Option<String>,
    /// Administrator's e-mail
    #[arg(
        long,
        env = "REVCART_ADMIN_EMAIL",
        default_value = "admin@revcart.local"
    )]
    pub(crate) admin_email: String,
    /// Administrator's password
    #[arg(
        long,
        env = "REVCART_ADMIN_PASSWORD",
        default_value = "revcart-demo",
        hide_env_values = true
    )]
    pub(crate) admin_password: String,
    /// Append every accepted order id to this file
    #[arg(long)]
    pub(crate) log: Option<PathBuf>,
    /// Keep trying for this long when the system does not answer
    #[arg(long, default_value = "0s", value_parser = duration)]
    pub(crate) patience: std::time::Duration,
    /// Data folder of the system, for the audit at the end (skipped, and said so, if it is not there)
    #[arg(long = "data", env = "REVCART_DATA", default_value = "./data")]
    pub(crate) data: PathBuf,
    /// Do not audit at the end
    #[arg(long)]
    pub(crate) no_audit: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Config {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn service(text: &str) -> Result<shared_events::Service, String> {
    shared_events::Service::ALL
        .iter()
        .copied()
        .find(|service| service.short() == text || service.name() == text)
        .ok_or_else(|| {
            let names: Vec<_> = shared_events::Service::ALL
                .iter()
                .map(|service| service.short())
                .collect();
            format!("one of {}", names.join(", "))
        })
}

fn served(text: &str) -> Result<Served, String> {
    if text == "gateway" {
        return Ok(Served::Gateway);
    }
    service(text)
        .map(Served::Service)
        .map_err(|names| format!("{names}, gateway"))
}

fn saga_state(text: &str) -> Result<saga::order::State, String> {
    let word = text.to_ascii_uppercase().replace('-', "_");
    serde_json::from_value(word.into()).map_err(|_| {
        "one of running, compensating, needs-attention, completed, compensated".to_owned()
    })
}

fn duration(text: &str) -> Result<std::time::Duration, String> {
    revcart_runtime::config::duration::parse(text)
}

#[cfg(test)]
mod tests;
