//! The OpenAPI documents: what the code says of each route, completed by what the edge answers for every route; one per service,
//! and one of all together. `page` serves them, with Swagger UI and `ReDoc` from embedded files.
//!
//! A service says of a route what is its own: success, conflicts, its bodies. [`complete`] adds the rest once, so that no route
//! forgets it: 400, 429 and 503 everywhere; 401 and 403 where a token is needed; 404 where the path has a parameter; 413, 415
//! and 422 where there is a body; 422 where there is a query.

mod events;
mod page;

use std::borrow::Cow;

use serde::Serialize;
use shared_events::Service;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, Content, Info, License, OpenApiVersion, Paths, Ref, RefOr, Response, Schema,
    SecurityRequirement,
};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::paging::{DEFAULT_LIMIT, LARGEST_LIMIT, PageRequest};
use crate::problem::{FieldError, MEDIA_TYPE};

pub use page::pages;
pub use utoipa::openapi::OpenApi;

/// What the scheme of bearer tokens is called in `security(("bearer" = []))`.
pub const BEARER: &str = "bearer";

/// A problem (RFC 9457) as it is answered; problems of a domain have members of their own beside these.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:revcart:problem:out-of-stock", "title": "Out of stock", "status": 409, "code": "OUT_OF_STOCK",
    "detail": "there is too little of something in the cart", "traceId": "4bf92f3577b34da6a3ce929d0e0e4736"
}))]
#[serde(rename_all = "camelCase")]
pub struct ProblemBody {
    /// A name for the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code in words.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// For people.
    pub detail: String,
    /// For programs; never changes its meaning.
    #[schema(pattern = "^[A-Z][A-Z0-9_]*$")]
    pub code: String,
    /// Finds the request in logs and traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The fields that were refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub errors: Option<Vec<FieldErrorBody>>,
}

/// One refused field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldErrorBody {
    /// Its path in the request, `lines[0].quantity`; empty for the body as a whole.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl From<&FieldError> for FieldErrorBody {
    fn from(error: &FieldError) -> Self {
        Self {
            field: error.field.clone(),
            message: error.message.clone(),
        }
    }
}

/// `?cursor=&limit=`.
impl IntoParams for PageRequest {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<utoipa::openapi::path::Parameter> {
        use utoipa::openapi::path::ParameterBuilder;
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        let cursor = ObjectBuilder::new().schema_type(Type::String);
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(LARGEST_LIMIT))
            .default(Some(DEFAULT_LIMIT.into()));
        let parameter = |name, text, schema: ObjectBuilder| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .description(Some(text))
                .schema(Some(schema))
                .build()
        };
        vec![
            parameter("cursor", "The `next` of the page before", cursor),
            parameter("limit", "How many items", limit),
        ]
    }
}

/// The document of a service, from what its routes say.
#[must_use]
pub fn complete(service: Service, mut api: OpenApi) -> OpenApi {
    api.info = info(&format!("RevCart {}", service.name()));
    api.openapi = OpenApiVersion::Version31;
    for (path, item) in &mut api.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
            ("patch", &mut item.patch),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(operation_id(method, path));
                operation.tags = Some(vec![service.short().to_owned()]);
                answer_as_the_edge(path, operation);
            }
        }
    }
    let components = api.components.get_or_insert_with(Components::new);
    components
        .schemas
        .insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    let scheme = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "An access token from POST /api/users/login, or a guest's orderToken.",
        ))
        .build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(scheme));
    api
}

/// One document of several, as clients see them behind one address: without what services tell each other under `/internal/`.
#[must_use]
pub fn merged(documents: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let mut all = OpenApi::new(info("RevCart"), Paths::new());
    all.openapi = OpenApiVersion::Version31;
    for document in documents {
        all.merge(document);
    }
    let paths = &mut all.paths.paths;
    paths.retain(|path, _| !path.starts_with("/internal/"));
    all
}

fn info(title: &str) -> Info {
    let mut info = Info::new(title, env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "Money is a decimal string with its currency, times are RFC 3339 in UTC, lists are paged by a cursor, errors are \
         problems (RFC 9457) with a stable code."
            .to_owned(),
    );
    let mut license = License::new("MIT OR Apache-2.0");
    license.identifier = Some("MIT OR Apache-2.0".to_owned());
    info.license = Some(license);
    info
}

/// `putUsersById` of `PUT /api/users/{id}`.
fn operation_id(method: &str, path: &str) -> String {
    let mut id = method.to_owned();
    for segment in path
        .split('/')
        .filter(|segment| !matches!(*segment, "" | "api"))
    {
        let (by, segment) = match segment.strip_prefix('{') {
            Some(name) => ("By", Cow::from(name.trim_matches(['}', '*']))),
            None => ("", Cow::from(segment)),
        };
        id.push_str(by);
        for word in segment.split(|letter: char| !letter.is_ascii_alphanumeric()) {
            let (first, rest) = word.split_at(word.len().min(1));
            id.push_str(&first.to_ascii_uppercase());
            id.push_str(rest);
        }
    }
    id
}

/// Adds what the edge and the extractors may answer, where the route says nothing else.
fn answer_as_the_edge(path: &str, operation: &mut Operation) {
    let parameters = operation.parameters.iter().flatten();
    let has_query = parameters
        .clone()
        .any(|parameter| matches!(parameter, RefOr::T(given) if given.parameter_in == ParameterIn::Query));
    let open = SecurityRequirement::default();
    let security = operation.security.iter().flatten();
    let takes_token = security.clone().any(|requirement| *requirement != open);
    let needs_token = takes_token && !security.clone().any(|requirement| *requirement == open);
    let has_body = operation.request_body.is_some();
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            as_problem(response);
        }
    }
    let answers = [
        ("400", true, "The request is malformed"),
        (
            "401",
            takes_token,
            "The token is missing, not valid or expired",
        ),
        ("403", needs_token, "The role does not allow this"),
        (
            "404",
            path.contains('{'),
            "There is no such thing, or none that the caller may know of",
        ),
        ("413", has_body, "The body is too large"),
        ("415", has_body, "The body is of another type"),
        ("422", has_body || has_query, "Fields are not acceptable"),
        (
            "429",
            true,
            "Too many requests; Retry-After says when to ask again",
        ),
        (
            "503",
            true,
            "Something this service needs is out of reach; Retry-After says when to ask again",
        ),
    ];
    for (status, applies, description) in answers {
        if applies {
            let responses = &mut operation.responses.responses;
            responses
                .entry(status.to_owned())
                .or_insert_with(|| RefOr::T(problem(description)));
        }
    }
}

/// Problems have a media type of their own; the attribute on the handler says only that it is one.
fn as_problem(response: &mut Response) {
    let is_problem = |content: &Content| {
        let body = content.schema.as_ref();
        matches!(body, Some(RefOr::Ref(body)) if body.ref_location.ends_with("/ProblemBody"))
    };
    let json = "application/json";
    if let Some(RefOr::T(content)) = response.content.get(json)
        && is_problem(content)
        && let Some(content) = response.content.shift_remove(json)
    {
        response.content.insert(MEDIA_TYPE.to_owned(), content);
    }
}

fn problem(description: &str) -> Response {
    let mut response = Response::new(description);
    let body: RefOr<Schema> = Ref::from_schema_name(ProblemBody::name()).into();
    response
        .content
        .insert(MEDIA_TYPE.to_owned(), Content::new(Some(body)).into());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_named_after_method_and_path() {
        assert_eq!(
            operation_id("post", "/api/users/verify-otp"),
            "postUsersVerifyOtp"
        );
        assert_eq!(
            operation_id("put", "/api/orders/{id}/cancel"),
            "putOrdersByIdCancel"
        );
        assert_eq!(
            operation_id("get", "/.well-known/jwks.json"),
            "getWellKnownJwksJson"
        );
    }
}
