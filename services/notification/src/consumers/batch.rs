//! What the messages of a batch are about, and what there is to say because of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use revcart_messaging::{HandlingError, Incoming};
use revcart_persistence::UnitOfWork;
use serde::Serialize;
use shared_events::{AnyMessage, OrderId, Timestamp, UserId};

use crate::app::App;
use crate::domain::{KnownOrder, News, Notice, Person, Template, Wording};
use crate::store::{Error, mailing, notices, orders, people};

/// How long news of an order waits that has not been heard of yet: queues keep no order.
const NOT_YET: Duration = Duration::from_secs(5);

/// A batch in hand.
pub(crate) struct Batch {
    app: App,
    people: BTreeMap<UserId, Person>,
    learned: BTreeSet<UserId>,
    orders: BTreeMap<OrderId, KnownOrder>,
    new_orders: Vec<KnownOrder>,
    admins: Vec<Person>,
    notices: Vec<Notice>,
    flashes: Vec<News>,
}

/// Whom a piece of news is for.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    pub(super) user_id: Option<UserId>,
    pub(super) order_id: Option<OrderId>,
    pub(super) name: String,
    pub(super) email: Option<String>,
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
        let users: Vec<_> = users.into_iter().collect();
        let people = people::find(unit, &users).await?;
        Ok(Self {
            app: app.clone(),
            people: people
                .into_iter()
                .map(|person| (person.user_id, person))
                .collect(),
            learned: BTreeSet::new(),
            orders: orders
                .into_iter()
                .map(|order| (order.order_id, order))
                .collect(),
            new_orders: Vec::new(),
            admins: if needs_admins {
                people::admins(unit).await?
            } else {
                Vec::new()
            },
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
        };
        Ok((reader, &known.number))
    }

    /// Says something by mail, in the list and live.
    pub(super) fn mail(
        &mut self,
        reader: Reader,
        template: Template,
        parameters: &impl Serialize,
        at: Timestamp,
    ) -> Result<(), HandlingError> {
        let mail_to = reader.email.clone();
        self.note(reader, template, parameters, at, mail_to)
    }

    /// Says something in the list and live, but not by mail.
    pub(super) fn list(
        &mut self,
        reader: Reader,
        template: Template,
        parameters: &impl Serialize,
        at: Timestamp,
    ) -> Result<(), HandlingError> {
        if reader.user_id.is_none() {
            // A guest has no list.
            return Ok(());
        }
        self.note(reader, template, parameters, at, None)
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

    fn note(
        &mut self,
        reader: Reader,
        template: Template,
        parameters: &impl Serialize,
        at: Timestamp,
        mail_to: Option<String>,
    ) -> Result<(), HandlingError> {
        let wording = self.word(template, parameters)?;
        self.notices.push(Notice {
            user_id: reader.user_id,
            order_id: reader.order_id,
            mail_to,
            ..Notice::new(template, wording, at)
        });
        Ok(())
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
        let leased_until = unit.now() + mailing::LEASE;
        unit.after_commit(move || {
            let listed = notices.iter().filter_map(Notice::news);
            for news in flashes.into_iter().chain(listed) {
                app.live.tell(&news);
            }
            let mails = notices.iter().filter_map(Notice::mail);
            app.post.put(mails.collect(), leased_until);
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
