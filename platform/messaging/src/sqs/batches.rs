//! What fits into one request: ten entries, and 256 KiB for all of them together, attributes counted.

use crate::bus::LARGEST_MESSAGE;

/// Entries of one request at the most.
pub(super) const MOST_ENTRIES: usize = 10;
/// Bytes of one request at the most, the same as of one message.
const MOST_BYTES: usize = LARGEST_MESSAGE;

/// Puts entries, given by place and size, into requests, keeping their order. An entry alone always fits.
pub(super) fn in_batches(sized: impl IntoIterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let mut batches = Vec::new();
    let mut batch = Vec::new();
    let mut bytes = 0;
    for (place, size) in sized {
        if !batch.is_empty() && (batch.len() == MOST_ENTRIES || bytes + size > MOST_BYTES) {
            batches.push(std::mem::take(&mut batch));
            bytes = 0;
        }
        batch.push(place);
        bytes += size;
    }
    if !batch.is_empty() {
        batches.push(batch);
    }
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ten_small_entries_share_a_request() {
        let batches = in_batches((0..25).map(|place| (place, 1)));
        assert_eq!(
            batches.iter().map(Vec::len).collect::<Vec<_>>(),
            [10, 10, 5]
        );
    }

    #[test]
    fn a_request_holds_exactly_256_kib() {
        let half = MOST_BYTES / 2;
        assert_eq!(
            in_batches([(0, half), (1, half), (2, 1)]),
            [vec![0, 1], vec![2]]
        );
        assert_eq!(in_batches([(0, half), (1, half + 1)]), [vec![0], vec![1]]);
        assert_eq!(
            in_batches([(0, MOST_BYTES), (1, 1)]),
            [vec![0], vec![1]],
            "the largest message goes alone"
        );
        assert_eq!(in_batches([]), Vec::<Vec<usize>>::new());
    }

    proptest! {
        #[test]
        fn every_entry_goes_once_in_order_and_no_request_is_too_large(
            sizes in proptest::collection::vec(1..=MOST_BYTES, 0..60)
        ) {
            let batches = in_batches(sizes.iter().copied().enumerate());
            for batch in &batches {
                prop_assert!(!batch.is_empty() && batch.len() <= MOST_ENTRIES);
                prop_assert!(batch.iter().map(|place| sizes[*place]).sum::<usize>() <= MOST_BYTES);
            }
            prop_assert!(batches.into_iter().flatten().eq(0..sizes.len()));
        }
    }
}
