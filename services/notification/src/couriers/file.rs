//! A file that is appended to and stays bounded: when it is full it is put aside, in the place of the one put aside before.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// See the module.
#[derive(Debug)]
pub(super) struct Bounded {
    path: PathBuf,
    aside: PathBuf,
    limit: u64,
    file: Mutex<File>,
}

impl Bounded {
    /// `name.ending` in `folder`, which is made if it is missing; put aside it is `name.old.ending`.
    pub(super) fn open(folder: &Path, name: &str, ending: &str, limit: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{name}.{ending}"));
        let file = Mutex::new(append_to(&path)?);
        Ok(Self {
            aside: folder.join(format!("{name}.old.{ending}")),
            path,
            limit,
            file,
        })
    }

    /// Writes it all, in one go.
    pub(super) fn append(&self, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.metadata()?.len() > self.limit {
            fs::rename(&self.path, &self.aside)?;
            *file = append_to(&self.path)?;
        }
        file.write_all(text.as_bytes())
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}
