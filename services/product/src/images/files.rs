//! Where pictures lie: in a folder of the service's own, or in a bucket of S3 that all replicas share. A file is called after
//! its content, so it is never changed, only written and removed.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{ObjectStoreExt, PutPayload, RetryConfig};

use super::render::{Kind, Rendered, WIDTHS};
use crate::config::Bucket;

/// How long a bucket is asked again; somebody waits for the answer.
const PATIENCE: Duration = Duration::from_secs(8);

/// A place for files.
#[derive(Debug)]
pub(crate) enum Files {
    /// A folder.
    Folder(PathBuf),
    /// A bucket.
    Bucket(Box<AmazonS3>),
}

/// Why a file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The folder.
    #[error("the folder of pictures cannot be used")]
    Folder(#[from] std::io::Error),
    /// The bucket.
    #[error("the bucket of pictures cannot be used")]
    Bucket(#[from] object_store::Error),
}

impl Files {
    /// A folder below the service's own.
    pub(crate) fn in_folder(files: &Path) -> Self {
        Self::Folder(files.join("images"))
    }

    /// A bucket; region, endpoint and credentials are those of the process (`AWS_…`), as for the bus, unless told otherwise.
    ///
    /// # Errors
    /// When the settings make no client.
    pub(crate) fn in_bucket(bucket: &Bucket) -> Result<Self, Error> {
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(&bucket.name)
            .with_retry(RetryConfig {
                max_retries: 2,
                retry_timeout: PATIENCE,
                ..RetryConfig::default()
            });
        if let Some(region) = &bucket.region {
            builder = builder.with_region(region);
        }
        if let Some(endpoint) = &bucket.endpoint {
            // What is not AWS itself has its buckets in the path, and may be near enough to do without TLS.
            builder = builder
                .with_endpoint(endpoint)
                .with_virtual_hosted_style_request(false)
                .with_allow_http(endpoint.starts_with("http://"));
        }
        Ok(Self::Bucket(Box::new(builder.build()?)))
    }

    /// Writes a picture in all its widths.
    pub(crate) async fn put(&self, picture: Rendered) -> Result<(), Error> {
        for (width, bytes) in picture.variants {
            let name = name(&picture.hash, width, picture.kind);
            match self {
                Self::Folder(folder) => write(&folder.join(name), bytes).await?,
                Self::Bucket(bucket) => {
                    let payload = PutPayload::from(bytes);
                    bucket.put(&Key::from(name), payload).await?;
                }
            }
        }
        Ok(())
    }

    /// A picture in one of its widths, if it is there.
    pub(crate) async fn get(
        &self,
        (hash, width, kind): (&str, u32, Kind),
    ) -> Result<Option<Bytes>, Error> {
        let name = name(hash, width, kind);
        match self {
            Self::Folder(folder) => match tokio::fs::read(folder.join(name)).await {
                Ok(bytes) => Ok(Some(bytes.into())),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error.into()),
            },
            Self::Bucket(bucket) => match bucket.get(&Key::from(name)).await {
                Ok(found) => Ok(Some(found.bytes().await?)),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// Removes a picture in all its widths; what is not there is removed already.
    pub(crate) async fn remove(&self, hash: &str, kind: Kind) -> Result<(), Error> {
        for width in WIDTHS {
            let name = name(hash, width, kind);
            match self {
                Self::Folder(folder) => match tokio::fs::remove_file(folder.join(name)).await {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                    Ok(()) | Err(_) => {}
                },
                Self::Bucket(bucket) => match bucket.delete(&Key::from(name)).await {
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(error.into()),
                },
            }
        }
        Ok(())
    }
}

/// Written beside its place and moved there, so that nobody reads half a picture.
async fn write(path: &Path, bytes: Vec<u8>) -> Result<(), std::io::Error> {
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let unfinished = path.with_extension(format!("{}.part", uuid::Uuid::now_v7()));
    tokio::fs::write(&unfinished, bytes).await?;
    tokio::fs::rename(&unfinished, path).await
}

/// `hash` is hexadecimal digits: nothing of what anybody types becomes part of a path.
fn name(hash: &str, width: u32, kind: Kind) -> String {
    let shelf = hash.get(..2).unwrap_or("00");
    format!("{shelf}/{hash}-{width}.{}", kind.ending())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(hash: &str) -> Rendered {
        Rendered {
            hash: hash.to_owned(),
            kind: Kind::Jpeg,
            width: 1,
            height: 1,
            variants: WIDTHS
                .map(|width| (width, width.to_string().into_bytes()))
                .into(),
        }
    }

    /// What any place must do.
    async fn keeps_files(files: &Files) {
        let hash = hex::encode(uuid::Uuid::now_v7().as_bytes());
        let get = async |width| files.get((&hash, width, Kind::Jpeg)).await.unwrap();
        assert_eq!(get(160).await, None);
        for _ in 0..2 {
            files.put(picture(&hash)).await.unwrap();
        }
        assert_eq!(get(480).await.unwrap(), "480");
        for _ in 0..2 {
            files.remove(&hash, Kind::Jpeg).await.unwrap();
        }
        assert_eq!(get(480).await, None);
    }

    #[tokio::test]
    async fn a_folder_keeps_files() {
        let unique = format!("revcart-images-{}", uuid::Uuid::now_v7());
        let folder = std::env::temp_dir().join(unique);
        keeps_files(&Files::in_folder(&folder)).await;
        tokio::fs::remove_dir_all(&folder).await.unwrap();
    }

    /// In the bucket of the local stack.
    #[tokio::test]
    async fn a_bucket_keeps_files() {
        let env = revcart_runtime::Environment::from_process();
        let text = |name| {
            let setting = revcart_runtime::Setting {
                name,
                default: None,
                meaning: "run `localstack/stack up` and `eval \"$(localstack/stack env)\"`",
                secret: false,
            };
            env.text(&setting).unwrap_or_else(|error| panic!("{error}"))
        };
        let bucket = Bucket {
            name: text("REVCART_TEST_S3_BUCKET"),
            region: Some(text("AWS_REGION")),
            endpoint: Some(text("AWS_ENDPOINT_URL")),
        };
        let files = Files::in_bucket(&bucket).unwrap();
        keeps_files(&files).await;
    }
}
