//! Commands to Redis. No command holds up a request: it has 250 ms, once, and while Redis does not answer commands fail at once.
//!
//! After a restart of the server the first command on the old connection fails, and the connection manager makes a new one: such
//! a command is tried once more within its time. So a command may be carried out twice, and has to bear that. After any other
//! failure the next try gets a connection manager of its own, because the old one may wait for a host that is not there any more.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig, PubSub};
use redis::{
    Client, Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, Script, ScriptInvocation,
    ServerErrorKind,
};
use revcart_runtime::{ConfigError, Secret};

use super::presence::Presence;
use super::{Error, REDIS_URL};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(1);
/// How long a command may take, with everything.
const COMMAND: Duration = Duration::from_millis(250);
/// The pause before the manager's second attempt to connect.
const RECONNECT: Duration = Duration::from_millis(20);

/// Redis does not answer: do without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Redis does not answer")]
pub struct Away;

/// A connection that comes back by itself, and how keys begin.
pub struct Connection {
    client: Client,
    manager: RwLock<ConnectionManager>,
    presence: Presence,
    prefix: String,
}

impl Connection {
    pub(super) async fn open(url: &Secret, prefix: &str) -> Result<Self, Error> {
        let client = Client::open(url.expose()).map_err(|error| not_an_address(url, &error))?;
        let address = client.get_connection_info().addr().to_string();
        let opened = async {
            let manager =
                ConnectionManager::new_with_config(client.clone(), configuration()).await?;
            let mut first = manager.clone();
            let () = redis::cmd("PING").query_async(&mut first).await?;
            Ok::<_, RedisError>(manager)
        };
        let unreachable = |problem: String| Error::Unreachable {
            address: address.clone(),
            problem,
        };
        let manager = match tokio::time::timeout(3 * CONNECT, opened).await {
            Ok(Ok(manager)) => manager,
            Ok(Err(error)) if is_refusal(&error) => {
                return Err(Error::Refused {
                    address,
                    problem: one_line(&error),
                });
            }
            Ok(Err(error)) => return Err(unreachable(one_line(&error))),
            Err(_) => return Err(unreachable(format!("no answer within {:?}", 3 * CONNECT))),
        };
        Ok(Self {
            client,
            manager: RwLock::new(manager),
            presence: Presence::new(),
            prefix: format!("revcart:{prefix}:"),
        })
    }

    /// A key of this system.
    pub fn key(&self, rest: impl std::fmt::Display) -> String {
        format!("{}{rest}", self.prefix)
    }

    /// Runs a script, which may be run twice.
    ///
    /// # Errors
    /// [`Away`].
    pub async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        keys: &[impl AsRef<str>],
        arguments: &[&[u8]],
    ) -> Result<T, Away> {
        let mut call = script.prepare_invoke();
        for key in keys {
            call.key(key.as_ref());
        }
        for argument in arguments {
            call.arg(*argument);
        }
        self.attempt(Ask::Script(&call)).await
    }

    /// Sends a command, which may be carried out twice.
    pub(super) async fn send<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Away> {
        self.attempt(Ask::Command(command)).await
    }

    /// Whether Redis answers, for `revcart doctor` and probes.
    ///
    /// # Errors
    /// [`Away`].
    pub async fn ping(&self) -> Result<(), Away> {
        self.send(&redis::cmd("PING")).await
    }

    /// A connection for hearing what is published.
    pub(super) async fn listen(&self, channels: &[String]) -> Result<PubSub, String> {
        let opened = async {
            let mut listening = self.client.get_async_pubsub().await?;
            listening.subscribe(channels).await?;
            Ok::<_, RedisError>(listening)
        };
        match tokio::time::timeout(CONNECT, opened).await {
            Ok(Ok(listening)) => Ok(listening),
            Ok(Err(error)) => Err(one_line(&error)),
            Err(_) => Err(format!("no answer within {CONNECT:?}")),
        }
    }

    async fn attempt<T: FromRedisValue>(&self, ask: Ask<'_>) -> Result<T, Away> {
        if !self.presence.may_try() {
            return Err(Away);
        }
        let asked = async {
            match ask.of(self.manager()).await {
                Err(error) if error.is_connection_dropped() => ask.of(self.manager()).await,
                answer => answer,
            }
        };
        let problem = match tokio::time::timeout(COMMAND, asked).await {
            Ok(Ok(answer)) => {
                self.presence.answered();
                return Ok(answer);
            }
            Ok(Err(error)) => one_line(&error),
            Err(_) => format!("no answer within {COMMAND:?}"),
        };
        self.presence.failed(&problem);
        self.renew();
        Err(Away)
    }

    fn manager(&self) -> ConnectionManager {
        self.manager
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The next command connects anew.
    fn renew(&self) {
        match ConnectionManager::new_lazy_with_config(self.client.clone(), configuration()) {
            Ok(fresh) => {
                *self.manager.write().unwrap_or_else(PoisonError::into_inner) = fresh;
            }
            Err(error) => tracing::warn!(error = one_line(&error), "no new connection to Redis"),
        }
    }
}

/// What is asked of Redis.
enum Ask<'a> {
    Command(&'a Cmd),
    Script(&'a ScriptInvocation<'a>),
}

impl Ask<'_> {
    async fn of<T: FromRedisValue>(&self, mut manager: ConnectionManager) -> RedisResult<T> {
        match self {
            Self::Command(command) => command.query_async(&mut manager).await,
            Self::Script(call) => call.invoke_async(&mut manager).await,
        }
    }
}

/// The address may hold a password.
impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

fn configuration() -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_min_delay(RECONNECT)
        .set_max_delay(RECONNECT)
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(COMMAND))
}

fn not_an_address(url: &Secret, error: &RedisError) -> ConfigError {
    ConfigError::invalid(
        &REDIS_URL,
        url.expose(),
        one_line(error),
        "redis://[user:password@]host:port[/db], or rediss:// for TLS",
    )
}

fn is_refusal(error: &RedisError) -> bool {
    let of_server = matches!(
        error.kind(),
        ErrorKind::AuthenticationFailed | ErrorKind::Server(ServerErrorKind::NoPerm)
    );
    of_server || matches!(error.code(), Some("NOAUTH" | "WRONGPASS" | "NOPERM"))
}

fn one_line(error: &RedisError) -> String {
    error.to_string().replace(['\n', '\r'], " ")
}
