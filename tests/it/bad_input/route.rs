//! What the table says of a route.

use serde_json::Value;

use super::world::World;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Anybody, whatever token they send.
    Open,
    /// Anybody; but who sends a token sends a valid one.
    Anybody,
    /// Anybody who is known.
    Known,
    /// Agents and admins.
    Agent,
    /// Admins.
    Admin,
    /// Admins and other services.
    AdminOrService,
    /// Other services, over the same port.
    Service,
    /// Other services, within the process: on the port there is no such route.
    Unseen,
}

/// What the parameter of the path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    Nothing,
    User,
    Address,
    Session,
    /// A key that signs access tokens.
    Key,
    Product,
    Category,
    Slug,
    Item,
    /// Also its payment, its delivery and its saga: they have its id.
    Order,
    OrderNumber,
    Agent,
    Zone,
    Notification,
    Report,
    /// A guest, by an id that nobody else knows.
    Guest,
    Coupon,
    Supplier,
}

/// What is in it for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// It belongs to nobody in particular.
    Nobody,
    /// To others like its owner it does not exist.
    Asha,
    /// To other agents it does not exist.
    Agent,
}

/// Makes a body that would do.
pub(crate) type Body = fn(&World) -> Value;

/// A route.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// As in the source.
    pub(crate) path: &'static str,
    pub(crate) caller: Caller,
    pub(crate) thing: Thing,
    pub(crate) owner: Owner,
    pub(crate) body: Option<Body>,
    /// Whether the guest of an order may call it, for that order.
    pub(crate) for_guests: bool,
    /// Whether it answers with a page of a list.
    pub(crate) is_list: bool,
    /// Whether an unknown id is an empty list instead of an error.
    pub(crate) finds_nothing: bool,
    /// Where in the body stands what must be refused as one of these: a JSON pointer, and a JSON array.
    pub(crate) absurd: &'static [(&'static str, &'static str)],
}

impl Route {
    const fn new(method: &'static str, path: &'static str) -> Self {
        Self {
            method,
            path,
            caller: Caller::Known,
            thing: Thing::Nothing,
            owner: Owner::Nobody,
            body: None,
            for_guests: false,
            is_list: false,
            finds_nothing: false,
            absurd: &[],
        }
    }

    pub(crate) const fn get(path: &'static str) -> Self {
        Self::new("GET", path)
    }

    pub(crate) const fn post(path: &'static str, body: Body) -> Self {
        Self::new("POST", path).with(body)
    }

    pub(crate) const fn put(path: &'static str, body: Body) -> Self {
        Self::new("PUT", path).with(body)
    }

    /// A PUT that takes no body.
    pub(crate) const fn mark(path: &'static str) -> Self {
        Self::new("PUT", path)
    }

    /// A POST that takes no body.
    pub(crate) const fn ask(path: &'static str) -> Self {
        Self::new("POST", path)
    }

    /// A POST that takes no body.
    pub(crate) const fn press(path: &'static str) -> Self {
        Self::new("POST", path)
    }

    pub(crate) const fn delete(path: &'static str) -> Self {
        Self::new("DELETE", path)
    }

    const fn with(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    pub(crate) const fn by(mut self, caller: Caller) -> Self {
        self.caller = caller;
        self
    }

    pub(crate) const fn of(mut self, thing: Thing) -> Self {
        self.thing = thing;
        self
    }

    /// It is Asha's own.
    pub(crate) const fn of_her(mut self, thing: Thing) -> Self {
        self.thing = thing;
        self.owner = Owner::Asha;
        self
    }

    /// Her order is named in the body.
    pub(crate) const fn hers(mut self) -> Self {
        self.owner = Owner::Asha;
        self
    }

    /// Only the agent who brings it may call.
    pub(crate) const fn of_agent(mut self, thing: Thing) -> Self {
        self.thing = thing;
        self.owner = Owner::Agent;
        self
    }

    /// The guest of an order may call it for that order.
    pub(crate) const fn for_guests(mut self) -> Self {
        self.for_guests = true;
        self
    }

    pub(crate) const fn list(mut self) -> Self {
        self.is_list = true;
        self
    }

    pub(crate) const fn or_nothing(mut self) -> Self {
        self.finds_nothing = true;
        self
    }

    pub(crate) const fn refuses(mut self, absurd: &'static [(&'static str, &'static str)]) -> Self {
        self.absurd = absurd;
        self
    }

    /// The path with this in the place of its parameter.
    pub(crate) fn path_of(&self, id: &str) -> String {
        match (self.path.split_once('{'), self.path.split_once('}')) {
            (Some((before, _)), Some((_, after))) => format!("{before}{id}{after}"),
            _ => self.path.to_owned(),
        }
    }

    /// For messages.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether somebody outside can get as far as the body.
    pub(crate) fn is_reachable(&self) -> bool {
        !matches!(self.caller, Caller::Service | Caller::Unseen)
    }
}
