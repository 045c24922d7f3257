//! A fresh database per test: a file, or one of its own on the server that `REVCART_TEST_BACKEND` names. So the same tests
//! run, by the same names, on every database that there is.

use revcart_runtime::config::{Secret, Setting};
use revcart_runtime::{Clock, Environment};
use shared_events::Service;
use sqlx::{Connection, Executor};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{Database, Durability, Location, Options};

/// Which database stands under a service in the tests.
pub const BACKEND: Setting = Setting {
    name: "REVCART_TEST_BACKEND",
    default: Some("embedded"),
    meaning: "embedded, real (MySQL, or MongoDB for services that keep documents), mysql, postgres or mongodb",
    secret: false,
};
const MYSQL: Setting = server("REVCART_TEST_MYSQL_URL");
const POSTGRES: Setting = server("REVCART_TEST_POSTGRES_URL");
const MONGODB: Setting = server("REVCART_TEST_MONGODB_URL");

const fn server(name: &'static str) -> Setting {
    Setting {
        name,
        default: None,
        meaning: "run `localstack/stack up` and `eval \"$(localstack/stack env)\"`",
        secret: true,
    }
}

/// Where the database of one test lives; it goes when this does.
pub enum Place {
    /// A file in a folder.
    Folder(TempDir),
    /// A database of one's own.
    Server(Borrowed),
}

/// A database of one's own on a server.
pub struct Borrowed {
    backend: Backend,
    /// The server, as who may make databases.
    server: String,
    name: String,
}

#[derive(Clone, Copy)]
enum Backend {
    MySql,
    Postgres,
    MongoDb,
}

impl Place {
    /// A place that is still empty.
    ///
    /// # Panics
    /// If the server is not named or does not answer; the message says what to do.
    pub async fn make(service: Service) -> Self {
        let env = Environment::from_process();
        let words = [
            ("embedded", None),
            ("real", Some(Backend::real(service))),
            ("mysql", Some(Backend::MySql)),
            ("postgres", Some(Backend::Postgres)),
            ("mongodb", Some(Backend::MongoDb)),
        ];
        let chosen = env
            .one_of(&BACKEND, &words)
            .unwrap_or_else(|error| panic!("{error}"));
        match chosen {
            None => Self::Folder(tempfile::tempdir().expect("a temporary directory")),
            Some(backend) => Self::Server(Borrowed::make(backend, &env, service).await),
        }
    }

    /// A place on the server that this service lives on in production.
    ///
    /// # Panics
    /// See [`Place::make`].
    pub async fn real(service: Service) -> Self {
        let env = Environment::from_process();
        Self::Server(Borrowed::make(Backend::real(service), &env, service).await)
    }

    /// How the database is opened, as relaxed as a test may be.
    #[must_use]
    pub fn options(&self, service: Service) -> Options {
        match self {
            Self::Folder(folder) => Options {
                durability: Durability::Relaxed,
                ..Options::file(folder.path().join(format!("{}.sqlite", service.short())))
            },
            Self::Server(borrowed) => Options {
                location: Location::Server(Secret::new(borrowed.address())),
                readers: 4,
                writers: 3,
                ..Options::server(Secret::new(""))
            },
        }
    }

    /// The address of a database on a server, for a process that is to open it; `None` for a file.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        match self {
            Self::Folder(_) => None,
            Self::Server(borrowed) => Some(borrowed.address()),
        }
    }

    /// Opens the database.
    ///
    /// # Panics
    /// If it does not open.
    pub async fn open(&self, service: Service, clock: Clock) -> Database {
        Database::open(&self.options(service), clock, service)
            .await
            .unwrap_or_else(|error| panic!("a fresh database does not open: {error}"))
    }
}

impl Backend {
    fn real(service: Service) -> Self {
        if crate::database::KEEP_DOCUMENTS.contains(&service) {
            Self::MongoDb
        } else {
            Self::MySql
        }
    }

    fn server(self) -> &'static Setting {
        match self {
            Self::MySql => &MYSQL,
            Self::Postgres => &POSTGRES,
            Self::MongoDb => &MONGODB,
        }
    }
}

impl Borrowed {
    async fn make(backend: Backend, env: &Environment, service: Service) -> Self {
        let server = env
            .secret(backend.server())
            .unwrap_or_else(|error| panic!("{error}"));
        let borrowed = Self {
            backend,
            server: server.expose().to_owned(),
            name: format!(
                "revcart_test_{}_{}",
                service.short(),
                Uuid::now_v7().simple()
            ),
        };
        borrowed.run("CREATE DATABASE").await;
        borrowed
    }

    fn address(&self) -> String {
        self.within(&self.name)
    }

    /// The server's address with a database in it, before what follows a question mark.
    fn within(&self, name: &str) -> String {
        let (server, options) = self.server.split_once('?').map_or(
            (self.server.as_str(), String::new()),
            |(server, options)| (server, format!("?{options}")),
        );
        let hosts = server.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        format!("{hosts}/{name}{options}")
    }

    /// Makes or drops it. MongoDB makes databases by itself.
    async fn run(&self, what: &str) {
        let statement = sqlx::AssertSqlSafe(format!("{what} {}", self.name));
        let done = match self.backend {
            Backend::MySql => match sqlx::MySqlConnection::connect(&self.server).await {
                // A transaction that a failed test has left open would hold the end of the database for a day.
                Ok(mut connection) => {
                    match connection
                        .execute("SET SESSION lock_wait_timeout = 10")
                        .await
                    {
                        Ok(_) => connection.execute(statement).await.map(drop),
                        Err(error) => Err(error),
                    }
                }
                Err(error) => Err(error),
            },
            Backend::Postgres => {
                match sqlx::PgConnection::connect(&self.within("postgres")).await {
                    Ok(mut connection) => connection.execute(statement).await.map(drop),
                    Err(error) => Err(error),
                }
            }
            Backend::MongoDb => Ok(()),
        };
        if let Err(error) = done {
            panic!("{what} fails on the test server: {error}; is `localstack/stack up`?");
        }
    }

    async fn drop_it(&self) {
        match self.backend {
            Backend::MySql => self.run("DROP DATABASE").await,
            // Connections that a test has left open do not hold it.
            Backend::Postgres => {
                let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
                if let Ok(mut connection) =
                    sqlx::PgConnection::connect(&self.within("postgres")).await
                    && let Err(error) = connection.execute(sqlx::AssertSqlSafe(statement)).await
                {
                    eprintln!("a test database stays behind: {error}");
                }
            }
            // The stand-in for MongoDB deletes row by row, syncs each, and lets nobody else in meanwhile: minutes for a
            // database of some size. What tests leave there goes with `localstack/stack down --data`.
            Backend::MongoDb => {}
        }
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        // A destructor cannot wait, and the runtime of the test may be ending: a thread with a runtime of its own can.
        std::thread::scope(|scope| {
            let dropping = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime for one statement");
                runtime.block_on(self.drop_it());
            });
            if dropping.join().is_err() {
                eprintln!("a test database stays behind: {}", self.name);
            }
        });
    }
}
