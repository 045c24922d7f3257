//! From what a stranger sends to pictures of our own: told apart by their content, measured before they are decoded, turned the
//! way the camera was held, made as wide as pages want them, and encoded anew, so that nothing of the file itself is left, where
//! it was taken least of all.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};

/// How wide pictures are made, in pixels; one that is not so wide stays as it is.
pub(crate) const WIDTHS: [u32; 3] = [160, 480, 1200];
/// The longest side that is decoded.
const LONGEST_SIDE: u32 = 10_000;
/// The most pixels that are decoded: 25 megapixels, as of a good camera.
const MOST_PIXELS: u64 = 25_000_000;
/// The most memory that decoding one takes.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
const QUALITY: u8 = 85;

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// None of the kinds that are taken.
    #[error("a picture is JPEG, PNG or WebP")]
    Unknown,
    /// Too many pixels.
    #[error("a picture has at most {MOST_PIXELS} pixels, and {LONGEST_SIDE} to a side")]
    TooLarge,
    /// It cannot be decoded.
    #[error("the picture cannot be read")]
    Broken,
}

/// As what a picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Jpeg,
    /// With transparency.
    Png,
}

impl Kind {
    /// The end of its file's name.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    /// The kind of files that end so.
    pub(crate) fn ending_in(ending: &str) -> Option<Self> {
        [Self::Jpeg, Self::Png]
            .into_iter()
            .find(|kind| kind.ending() == ending)
    }

    /// Its media type.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// One picture in all its widths.
pub(crate) struct Rendered {
    /// The SHA-256 of what was sent, in hexadecimal digits.
    pub(crate) hash: String,
    pub(crate) kind: Kind,
    /// As it was sent, turned upright.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// One for each of [`WIDTHS`].
    pub(crate) variants: Vec<(u32, Vec<u8>)>,
}

/// Makes pictures of what was sent. Takes time and memory: not for threads that answer requests.
pub(crate) fn render(sent: &[u8]) -> Result<Rendered, Error> {
    let picture = decoded(sent)?;
    let kind = match picture.color().has_alpha() {
        true => Kind::Png,
        false => Kind::Jpeg,
    };
    let mut variants = Vec::with_capacity(WIDTHS.len());
    for width in WIDTHS {
        let bytes = match picture.width() > width {
            true => encoded(&picture.resize(width, u32::MAX, FilterType::Triangle), kind),
            false => encoded(&picture, kind),
        };
        variants.push((width, bytes.map_err(|_| Error::Broken)?));
    }
    Ok(Rendered {
        hash: hex::encode(Sha256::digest(sent)),
        kind,
        width: picture.width(),
        height: picture.height(),
        variants,
    })
}

fn decoded(sent: &[u8]) -> Result<DynamicImage, Error> {
    let format = match image::guess_format(sent) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => format,
        _ => return Err(Error::Unknown),
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(sent), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS
        || width.max(height) > LONGEST_SIDE
        || decoder.total_bytes() > MOST_MEMORY
    {
        return Err(Error::TooLarge);
    }
    let orientation = decoder.orientation().map_err(refused)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    picture.apply_orientation(orientation);
    Ok(match picture.color().has_alpha() {
        true => DynamicImage::from(picture.into_rgba8()),
        false => DynamicImage::from(picture.into_rgb8()),
    })
}

fn encoded(picture: &DynamicImage, kind: Kind) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    match kind {
        Kind::Jpeg => {
            picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?
        }
        Kind::Png => picture.write_with_encoder(PngEncoder::new(&mut bytes))?,
    }
    Ok(bytes)
}

fn refused(error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => Error::TooLarge,
        _ => Error::Broken,
    }
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let picture = DynamicImage::from(RgbImage::new(width, height));
        encoded(&picture, Kind::Jpeg).unwrap()
    }

    #[test]
    fn a_picture_is_made_in_every_width_and_never_wider_than_it_is() {
        let rendered = render(&jpeg(600, 300)).unwrap();
        assert_eq!((rendered.width, rendered.height), (600, 300));
        let sizes: Vec<_> = rendered
            .variants
            .iter()
            .map(|(_, bytes)| image::load_from_memory(bytes).unwrap())
            .map(|picture| (picture.width(), picture.height()))
            .collect();
        assert_eq!(sizes, [(160, 80), (480, 240), (600, 300)]);
    }

    #[test]
    fn transparency_is_kept_as_png() {
        let clear = DynamicImage::new_rgba8(10, 10);
        let rendered = render(&encoded(&clear, Kind::Png).unwrap()).unwrap();
        assert_eq!(rendered.kind, Kind::Png);
        let opaque = DynamicImage::new_rgb16(10, 10);
        let rendered = render(&encoded(&opaque, Kind::Png).unwrap()).unwrap();
        assert_eq!(rendered.kind, Kind::Jpeg);
    }

    /// An EXIF block that says how the camera was held and, as any text may, where.
    fn with_exif(picture: &[u8]) -> Vec<u8> {
        let mut exif =
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend(b"GPS 12.97 N 77.59 E");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut file = vec![0xff, 0xd8, 0xff, 0xe1];
        file.extend(length);
        file.extend(exif);
        file.extend(&picture[2..]);
        file
    }

    #[test]
    fn where_a_picture_was_taken_is_forgotten_and_it_stands_upright() {
        let file = with_exif(&jpeg(60, 30));
        let holds = |file: &[u8], text: &[u8]| file.windows(text.len()).any(|it| it == text);
        assert!(holds(&file, b"GPS 12.97"));
        let rendered = render(&file).unwrap();
        assert_eq!((rendered.width, rendered.height), (30, 60));
        for (_, bytes) in rendered.variants {
            assert!(!holds(&bytes, b"GPS") && !holds(&bytes, b"Exif"));
        }
    }

    /// A PNG that claims to be this large and has nothing in it.
    fn bomb(width: u32, height: u32) -> Vec<u8> {
        let mut file = encoded(&DynamicImage::new_rgb8(1, 1), Kind::Png).unwrap();
        file[16..20].copy_from_slice(&width.to_be_bytes());
        file[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc(&file[12..29]);
        file[29..33].copy_from_slice(&sum.to_be_bytes());
        file
    }

    fn crc(bytes: &[u8]) -> u32 {
        let mut sum = u32::MAX;
        for byte in bytes {
            sum ^= u32::from(*byte);
            for _ in 0..8 {
                let low = sum & 1;
                sum >>= 1;
                if low == 1 {
                    sum ^= 0xedb8_8320;
                }
            }
        }
        !sum
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_not_decoded() {
        for (width, height) in [(60_000, 60_000), (9_000, 9_000), (20_000, 10)] {
            assert_eq!(render(&bomb(width, height)).err(), Some(Error::TooLarge));
        }
        assert_eq!(render(&bomb(500, 500)).err(), Some(Error::Broken));
    }

    #[test]
    fn what_is_no_picture_is_told_by_its_content() {
        for text in [
            &b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..],
            b"GIF89a",
            b"",
            b"%PDF",
        ] {
            assert_eq!(render(text).err(), Some(Error::Unknown));
        }
        let half = &jpeg(64, 64)[..300];
        assert_eq!(render(half).err(), Some(Error::Broken));
    }
}
