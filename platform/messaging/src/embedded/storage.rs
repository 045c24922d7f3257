//! The threads behind an embedded broker: they own its file from opening to closing.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use revcart_runtime::Clock;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::content;
use super::error::OpenError;
use super::options::{Durability, Location, Options};
use super::reader::{Reader, Request};
use super::schema;
use super::shared::{Life, Shared};
use super::writer::{OpenFile, Writer};

/// Ends the storage thread when the last handle is dropped, and waits until everything is written: milliseconds.
#[derive(Debug)]
pub(super) struct Storage {
    pub(super) shared: Arc<Shared>,
    pub(super) path: PathBuf,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Storage {
    fn drop(&mut self) {
        self.shared.close();
        let thread = self
            .thread
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the broker's storage thread has panicked");
        }
    }
}

/// Opens the file on a thread of its own and starts serving.
pub(super) async fn start(options: Options, clock: Clock) -> Result<Storage, OpenError> {
    let (requests, asked) = channel();
    let shared = Arc::new(Shared::new(&options, clock, requests));
    let (opened, outcome) = oneshot::channel();
    let for_thread = Arc::clone(&shared);
    let thread = thread::Builder::new()
        .name("broker-storage".to_owned())
        .spawn(move || {
            let _last = LastWill(&for_thread);
            serve(&for_thread, &options, asked, opened);
        })
        .map_err(OpenError::thread)?;
    let path = outcome
        .await
        .map_err(|_| OpenError::thread(std::io::Error::other("it ended early")))??;
    Ok(Storage {
        shared,
        path,
        thread: Mutex::new(Some(thread)),
    })
}

/// However the storage thread ends, nobody waits for it in vain.
struct LastWill<'a>(&'a Shared);

impl Drop for LastWill<'_> {
    fn drop(&mut self) {
        self.0.close();
        self.0.mailbox.clear();
        self.0.life.send_replace(Life::Closed);
    }
}

/// The files of one broker, locked for as long as this lives.
struct Home {
    path: PathBuf,
    temporary: Option<PathBuf>,
    _lock: File,
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Some(directory) = &self.temporary
            && let Err(error) = fs::remove_dir_all(directory)
        {
            tracing::warn!(%error, "a temporary broker could not be deleted");
        }
    }
}

impl Home {
    fn claim(location: &Location) -> Result<Self, OpenError> {
        let (path, temporary) = match location {
            Location::File(path) => (path.clone(), None),
            Location::Temporary => {
                let directory =
                    std::env::temp_dir().join(format!("revcart-broker-{}", Uuid::now_v7()));
                (directory.join("broker.db"), Some(directory))
            }
        };
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).map_err(OpenError::file(directory))?;
        }
        let lock_path = lock_path(&path);
        let lock = File::create(&lock_path).map_err(OpenError::file(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path,
                temporary,
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
                path: path.display().to_string(),
            }),
            Err(TryLockError::Error(error)) => Err(OpenError::file(&lock_path)(error)),
        }
    }
}

fn lock_path(file: &Path) -> PathBuf {
    file.with_added_extension("lock")
}

/// Whether somebody has this broker open.
pub(super) fn is_locked(file: &Path) -> bool {
    let lock = File::open(lock_path(file));
    lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Whoever opens the broker learns where its file is, or why there is none.
type Opened = oneshot::Sender<Result<PathBuf, OpenError>>;

fn serve(shared: &Shared, options: &Options, asked: Receiver<Request>, opened: Opened) {
    let home = match Home::claim(&options.location) {
        Ok(home) => home,
        Err(error) => return drop(opened.send(Err(error))),
    };
    let (reader, file) = match open(shared, options, &home.path, asked) {
        Ok(both) => both,
        Err(error) => return drop(opened.send(Err(error))),
    };
    thread::scope(|scope| {
        let reader = thread::Builder::new()
            .name("broker-reader".to_owned())
            .spawn_scoped(scope, move || reader.run())
            .map_err(OpenError::thread);
        let writer = reader
            .and_then(|_| Writer::new(shared, &file).map_err(OpenError::database(&home.path)));
        match writer {
            Ok(writer) => {
                if opened.send(Ok(home.path.clone())).is_err() {
                    // Nobody waits for it any more.
                    shared.close();
                }
                writer.run();
            }
            Err(error) => drop(opened.send(Err(error))),
        }
        let _ = shared.requests.send(Request::Stop);
    });
}

/// Opens both connections and puts what lies in the file into the queues.
fn open<'a>(
    shared: &'a Shared,
    options: &Options,
    path: &Path,
    requests: Receiver<Request>,
) -> Result<(Reader<'a>, OpenFile), OpenError> {
    let failed = OpenError::database(path);
    let (synchronous, durable) = match (&options.location, options.durability) {
        (Location::Temporary, _) => ("OFF", false),
        (Location::File(_), Durability::Relaxed) => ("NORMAL", false),
        (Location::File(_), Durability::Full) => ("FULL", true),
    };
    let (connection, ids) = schema::open(path, synchronous)?;
    schema::shrink(&connection).map_err(&failed)?;
    let reader = Reader {
        shared,
        connection: schema::open_reader(path).map_err(&failed)?,
        ids,
        requests,
    };
    let now = shared.clock.now();
    let highest = content::entries(&connection, &ids, |entry| {
        let delayed = (entry.receives == 0 && entry.visible_at > now).then_some(entry.visible_at);
        shared.queues[entry.queue]
            .state()
            .arrive_stored(entry.seq, entry.receives, delayed);
    });
    let file = OpenFile {
        connection,
        ids,
        next_seq: highest.map_err(failed)? + 1,
        durable,
    };
    Ok((reader, file))
}
