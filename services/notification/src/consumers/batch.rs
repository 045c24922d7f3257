//! What the messages of a batch are about, and what there is to say because of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use revcart_messaging::{HandlingError, Incoming};
use revcart_persistence::UnitOfWork;
use serde::Serialize;
use shared_events::{AnyMessage, OrderId, Timestamp, UserId};

use crate::app::App;
use crate::domain::{Kind, KnownOrder, News, Notice, Person, Preferences, Template, Way, Wording};
use crate::store::{Error, dispatches, notices, orders, people, preferences};

/// How long news of an order waits that has not been heard of yet: queues keep no order.
const NOT_YET: Duration = Duration::from_secs(5);

/// A batch in hand.
pub(crate) struct Batch {
    app: App,
    people: BTreeMap<UserId, Person>,
    preferences: BTreeMap<UserId, Preferences>,
    learned: BTreeSet<UserId>,
    orders: BTreeMap<OrderId, KnownOrder>,
    new_orders: Vec<KnownOrder>,
    admins: Vec<Person>,
    notices: Vec<Notice>,
    flashes: Vec<News>,
}

/// Whom a piece of news is for.
#[derive(Debug, Clone, Default)]
pub(super) struct Reader {
    pub(super) user_id: Option<UserId>,
    pub(super) order_id: Option<OrderId>,
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
}

impl Batch {
    pub(super) async fn load(
        app: &App,
        unit: &UnitOfWork,
        messages: &[Incoming],
    ) -> Result<Self, Error> {
        let (mut users, mut order_ids, mut needs_admins) =
            (BTreeSet::new(), BTreeSet::new(), false);
        for incoming in messages {
            let message = &incoming.envelope.data;
            users.extend(user_of(message));
            order_ids.extend(message.order_id());
            needs_admins |= matches!(message, AnyMessage::StockLevelLow(_));
        }
        let order_ids: Vec<_> = order_ids.into_iter().collect();
        let orders = orders::find(unit, &order_ids).await?;
        users.extend(orders.iter().filter_map(|order| order.user_id));
        let admins = if needs_admins {
            people::admins(unit).await?
        } else {
            Vec::new()
        };
        let mut batch = Self::about(app, unit, users, admins).await?;
        batch.orders = orders
            .into_iter()
            .map(|order| (order.order_id, order))
            .collect();
        Ok(batch)
    }

    /// A batch about these people, and nothing heard of yet.
    pub(super) async fn about(
        app: &App,
        unit: &UnitOfWork,
        users: BTreeSet<UserId>,
        admins: Vec<Person>,
    ) -> Result<Self, Error> {
        let users: Vec<UserId> = users.into_iter().collect();
        let people = people::find(unit, &users).await?;
        let told = admins.iter().map(|admin| admin.user_id);
        let told: BTreeSet<UserId> = users.iter().copied().chain(told).collect();
        let told: Vec<UserId> = told.into_iter().collect();
        let preferences = preferences::find(unit, &told).await?;
        Ok(Self {
            app: app.clone(),
            people: people
                .into_iter()
                .map(|person| (person.user_id, person))
                .collect(),
            preferences: preferences.into_iter().collect(),
            learned: BTreeSet::new(),
            orders: BTreeMap::new(),
            new_orders: Vec::new(),
            admins,
            notices: Vec::new(),
            flashes: Vec::new(),
        })
    }

    /// Keeps what is known of somebody, unless something newer is.
    pub(super) fn learn_person(&mut self, mut person: Person) {
        if let Some(known) = self.people.get(&person.user_id) {
            if known.version > person.version {
                return;
            }
            person.role = person.role.or(known.role);
        }
        self.learned.insert(person.user_id);
        self.people.insert(person.user_id, person);
    }

    /// Keeps an order that has not been heard of.
    pub(super) fn learn_order(&mut self, order: KnownOrder) {
        if !self.orders.contains_key(&order.order_id) {
            self.new_orders.push(order.clone());
            self.orders.insert(order.order_id, order);
        }
    }

    pub(super) fn admins(&self) -> &[Person] {
        &self.admins
    }

    /// Somebody with a login who has been heard of, or has not been yet.
    pub(super) fn person(&self, user: UserId) -> Result<Reader, HandlingError> {
        self.people.get(&user).map(Reader::from).ok_or_else(|| {
            HandlingError::Later(NOT_YET, format!("user {user} has not been heard of"))
        })
    }

    /// Whoever placed an order, and the order's number.
    pub(super) fn buyer(&self, order: OrderId) -> Result<(Reader, &str), HandlingError> {
        let known = self.orders.get(&order).ok_or_else(|| {
            HandlingError::Later(NOT_YET, format!("order {order} has not been heard of"))
        })?;
        let person = known.user_id.and_then(|user| self.people.get(&user));
        let reader = Reader {
            user_id: known.user_id,
            order_id: Some(order),
            name: person.map_or_else(|| known.name.clone(), |person| person.name.clone()),
            email: person
                .map(|person| person.email.clone())
                .or_else(|| known.email.clone()),
            phone: person.and_then(|person| person.phone.clone()),
        };
        Ok((reader, &known.number))
    }

    /// Says something in the list, live, and in every way that the reader wants for this kind of news.
    pub(super) fn tell(
        &mut self,
        reader: Reader,
        template: Template,
        parameters: &impl Serialize,
        at: Timestamp,
    ) -> Result<(), HandlingError> {
        let wants = |way| self.wants(&reader, template.kind(), way);
        let ways: Vec<Way> = Way::ALL.into_iter().filter(|way| wants(*way)).collect();
        let noted = self.noted(&reader, template, parameters, at)?;
        self.say(noted, &reader, &ways);
        Ok(())
    }

    /// Says something in one way, which is not asked about if it is business of the reader's own; a mail stands in the list, too.
    pub(super) fn tell_by(
        &mut self,
        way: Way,
        reader: Reader,
        template: Template,
        parameters: &impl Serialize,
        at: Timestamp,
    ) -> Result<(), HandlingError> {
        let kind = template.kind();
        let noted = self.noted(&reader, template, parameters, at)?;
        if kind.is_transactional() || self.wants(&reader, kind, way) {
            self.say(noted, &reader, &[way]);
        }
        Ok(())
    }

    /// Says something in the list and live, and in no other way.
    pub(super) fn list(
        &mut self,
        reader: Reader,
        template: Template,
        parameters: &impl Serialize,
        at: Timestamp,
    ) -> Result<(), HandlingError> {
        let noted = self.noted(&reader, template, parameters, at)?;
        // A guest has no list.
        if noted.user_id.is_some() {
            self.notices.push(noted);
        }
        Ok(())
    }

    /// Says something to whoever looks on, and keeps it nowhere.
    pub(super) fn flash(
        &mut self,
        reader: Reader,
        template: Template,
        parameters: &impl Serialize,
        at: Timestamp,
    ) -> Result<(), HandlingError> {
        if let Some(user) = reader.user_id {
            let wording = self.word(template, parameters)?;
            let notice = Notice {
                user_id: Some(user),
                order_id: reader.order_id,
                ..Notice::new(template, wording, at)
            };
            let listed_nowhere = |news| News {
                notice: None,
                ..news
            };
            self.flashes.extend(notice.news().map(listed_nowhere));
        }
        Ok(())
    }

    fn noted(
        &self,
        reader: &Reader,
        template: Template,
        parameters: &impl Serialize,
        at: Timestamp,
    ) -> Result<Notice, HandlingError> {
        let wording = self.word(template, parameters)?;
        Ok(Notice {
            user_id: reader.user_id.filter(|_| !template.is_secret()),
            recipient_id: reader.user_id,
            order_id: reader.order_id,
            ..Notice::new(template, wording, at)
        })
    }

    /// A mail is the notice itself, on its way to an address; what goes out in other ways are notices of their own.
    fn say(&mut self, mut noted: Notice, reader: &Reader, ways: &[Way]) {
        let mut others = Vec::new();
        for way in ways {
            match way {
                Way::Email => noted.to.clone_from(&reader.email),
                Way::Sms => others.extend(reader.phone.clone().map(|to| noted.by(*way, to))),
                Way::Push => others.extend(reader.user_id.map(|to| noted.by(*way, to.to_string()))),
            }
        }
        if ways.contains(&Way::Email) || noted.user_id.is_some() {
            self.notices.push(noted);
        }
        self.notices.extend(others);
    }

    fn wants(&self, reader: &Reader, kind: Kind, way: Way) -> bool {
        let decided = reader.user_id.and_then(|user| self.preferences.get(&user));
        match decided {
            Some(preferences) => preferences.wants(kind, way),
            None => Preferences::default().wants(kind, way),
        }
    }

    fn word(
        &self,
        template: Template,
        parameters: &impl Serialize,
    ) -> Result<Wording, HandlingError> {
        let worded = self.app.templates.word(template, parameters);
        worded.map_err(|error| {
            HandlingError::Permanent(format!(
                "template {} cannot be filled in: {error:#}",
                template.name()
            ))
        })
    }

    /// Writes what was learned and what there is to say; says it once that is committed.
    pub(super) async fn save(self, unit: &mut UnitOfWork) -> Result<(), Error> {
        let learned: Vec<Person> = self
            .learned
            .iter()
            .filter_map(|user| self.people.get(user).cloned())
            .collect();
        people::keep(unit, &learned).await?;
        orders::keep(unit, &self.new_orders).await?;
        notices::insert(unit, &self.notices).await?;
        let (app, notices, flashes) = (self.app, self.notices, self.flashes);
        let leased_until = unit.now() + dispatches::LEASE;
        unit.after_commit(move || {
            let listed = notices.iter().filter_map(Notice::news);
            for news in flashes.into_iter().chain(listed) {
                app.live.tell(&news);
            }
            let dispatches = notices.iter().filter_map(Notice::dispatch);
            app.post.put(dispatches.collect(), leased_until);
        });
        Ok(())
    }
}

impl From<&Person> for Reader {
    fn from(person: &Person) -> Self {
        Self {
            user_id: Some(person.user_id),
            order_id: None,
            name: person.name.clone(),
            email: Some(person.email.clone()),
            phone: person.phone.clone(),
        }
    }
}

fn user_of(message: &AnyMessage) -> Option<UserId> {
    match message {
        AnyMessage::UserRegistered(event) => Some(event.user_id),
        AnyMessage::UserProfileUpdated(event) => Some(event.user_id),
        AnyMessage::PasswordChanged(event) => Some(event.user_id),
        AnyMessage::CartAbandoned(event) => event.user_id,
        AnyMessage::OrderPlaced(event) => event.user_id,
        AnyMessage::SendNotification(command) => command.to.user_id,
        _ => None,
    }
}
