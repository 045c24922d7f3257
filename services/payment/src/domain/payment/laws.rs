//! Whatever comes, in whatever order and however often.
