//! What is planted, by the invariant (see `docs/`) that it breaks.

/// A violation.
pub(super) struct Plant {
    /// For messages.
    pub(super) what: &'static str,
    /// Whose database.
    pub(super) database: &'static str,
    /// What makes it.
    pub(super) sql: &'static [&'static str],
    /// The invariant that a finding must say is broken.
    pub(super) invariant: &'static str,
    /// What it must name.
    pub(super) names: &'static str,
}

const fn plant(
    what: &'static str,
    (database, names): (&'static str, &'static str),
    sql: &'static [&'static str],
) -> Plant {
    Plant {
        what,
        database,
        sql,
        invariant: "",
        names,
    }
}

impl Plant {
    const fn breaks(mut self, invariant: &'static str) -> Self {
        self.invariant = invariant;
        self
    }
}

/// All of them.
#[rustfmt::skip]
pub(super) const PLANTS: &[Plant] = &[
    // 1. For each product: on hand + sold = supplied; reserved = what live reservations hold; none negative.
    plant("a unit that nobody supplied", ("product", "product"),
        &["UPDATE stock SET on_hand = on_hand + 1, supplied = supplied + 1 WHERE product_id = {product}"]).breaks("stock"),
    plant("a unit that is nowhere", ("product", "product"),
        &["UPDATE stock SET on_hand = on_hand - 1 WHERE product_id = {product}"]).breaks("stock"),
    plant("a sale that no order made", ("product", "product"),
        &["UPDATE stock SET on_hand = on_hand - 1, sold = sold + 1 WHERE product_id = {product}"]).breaks("stock"),
    plant("a unit set aside for nobody", ("product", "product"),
        &["UPDATE stock SET reserved = reserved + 1 WHERE product_id = {product}"]).breaks("stock"),
    plant("fewer units than none", ("product", "product"),
        &["UPDATE stock SET reserved = -1 WHERE product_id = {product}"]).breaks("stock"),

    // 2. For each order: captured - refunded is what it owes; never captured twice, never refunded more than captured.
    plant("a confirmed order that was paid a little less", ("payment", "confirmed"),
        &["UPDATE payments SET captured = captured - 1 WHERE id = {confirmed}"]).breaks("money"),
    plant("a confirmed order that was paid twice", ("payment", "confirmed"),
        &["UPDATE payments SET captured = captured * 2 WHERE id = {confirmed}"]).breaks("money"),
    plant("a confirmed order whose money went back by itself", ("payment", "confirmed"),
        &["UPDATE payments SET refunded = captured WHERE id = {confirmed}"]).breaks("money"),
    plant("more refunded than taken", ("payment", "cancelled"),
        &["UPDATE payments SET refunded = captured + 1 WHERE id = {cancelled}"]).breaks("money"),
    plant("a cancelled order that was not refunded", ("payment", "cancelled"),
        &["UPDATE payments SET refunded = 0 WHERE id = {cancelled}"]).breaks("money"),
    plant("cash that nobody collected", ("order", "cash"),
        &["UPDATE orders SET status = 'DELIVERED' WHERE id = {cash}"]).breaks("money"),
    plant("money that the gateway took and nobody knows of", ("payment", "confirmed"),
        &["INSERT INTO dummy_ledger SELECT replace(key, ':charge:1', ':charge:2'), status, detail, amount, refunded, updated_at FROM dummy_ledger WHERE key LIKE '{confirmed:id}%'"]).breaks("money"),

    // 3. Every order ends or needs attention; one order has one saga.
    plant("an order without a saga", ("order", "confirmed"),
        &["DELETE FROM sagas WHERE order_id = {confirmed}"]).breaks("finality"),
    plant("an order that never ends", ("order", "cancelled"),
        &["UPDATE orders SET status = 'CANCELLING' WHERE id = {cancelled}"]).breaks("finality"),
    plant("a saga that waits for nothing", ("order", "confirmed"),
        &["UPDATE sagas SET state = 'RUNNING', step = 'payment' WHERE order_id = {confirmed}"]).breaks("finality"),

    // 4. No live reservation, payment or delivery without a live order, and the other way round.
    plant("an order that was lost", ("order", "confirmed"),
        &["DELETE FROM sagas WHERE order_id = {confirmed}", "DELETE FROM orders WHERE id = {confirmed}"]).breaks("liveness"),
    plant("a confirmed order that has no units", ("product", "confirmed"),
        &["DELETE FROM reservations WHERE order_id = {confirmed}"]).breaks("liveness"),
    plant("a confirmed order without a payment", ("payment", "confirmed"),
        &["DELETE FROM payments WHERE id = {confirmed}"]).breaks("liveness"),
    plant("a confirmed order that nobody brings", ("delivery", "confirmed"),
        &["DELETE FROM deliveries WHERE order_id = {confirmed}"]).breaks("liveness"),
    plant("a cancelled order that somebody brings", ("delivery", "cancelled"),
        &["UPDATE deliveries SET (status, agent_id, ended, state) = (SELECT status, agent_id, ended, state FROM deliveries WHERE order_id = {confirmed}) WHERE order_id = {cancelled}"]).breaks("liveness"),
    plant("a cancelled order that keeps its units", ("product", "cancelled"),
        &["UPDATE reservations SET (status, lines, answers, sold_at, released_at) = (SELECT status, lines, answers, sold_at, released_at FROM reservations WHERE id = {confirmed}) WHERE id = {cancelled}"]).breaks("liveness"),
    plant("units set aside for an order that nobody placed", ("product", "product"),
        &["UPDATE reservations SET id = randomblob(16), order_id = randomblob(16), status = 'HELD' WHERE id = {cancelled}",
          "UPDATE stock SET reserved = reserved + 1 WHERE product_id = {product}"]).breaks("liveness"),
    plant("a delivery that an agent does not know of", ("delivery", "agent"),
        &["UPDATE agents SET load = load + 1"]).breaks("liveness"),
];
