//! What callers are told when the store, the domain or the hashing refuses.

use http::StatusCode;
use revcart_http_edge::Problem;

use crate::domain::account::Barred;
use crate::passwords;
use crate::store;

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Database(error) => error.into(),
            store::Error::EmailTaken => Self::conflict("EMAIL_TAKEN", error.to_string()),
            store::Error::LastKey => Self::conflict("LAST_KEY", error.to_string()),
            store::Error::KeyTaken => Self::internal(&error),
        }
    }
}

impl From<passwords::Error> for Problem {
    fn from(error: passwords::Error) -> Self {
        match error {
            passwords::Error::Busy => Self::unavailable("too many people sign in at the moment"),
            algorithm @ passwords::Error::Algorithm(_) => Self::internal(&algorithm),
        }
    }
}

impl From<Barred> for Problem {
    fn from(barred: Barred) -> Self {
        let code = match barred {
            Barred::Deactivated => return invalid_credentials(),
            Barred::Suspended => "ACCOUNT_SUSPENDED",
            Barred::Unverified => "EMAIL_NOT_VERIFIED",
        };
        Self::new(StatusCode::FORBIDDEN, code, barred.to_string())
    }
}

/// 401: the address, the password or both; which of them is for nobody to know.
pub(super) fn invalid_credentials() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "INVALID_CREDENTIALS",
        "the e-mail address or the password is wrong",
    )
}

/// 400: a one-time code that is not the one, any more or at all.
pub(super) fn invalid_code() -> Problem {
    Problem::bad_request(
        "INVALID_CODE",
        "the code is wrong, used, tried too often or too old; ask for another",
    )
}

/// 404: a token outlives its account, and ids are made up.
pub(super) fn no_such_account() -> Problem {
    Problem::not_found("account")
}
