//! Counting in Redis, for all replicas together: the generic cell rate algorithm as one script, so that a request costs one
//! round trip and no two replicas can count past each other. A caller is one key with one number, which expires when the caller
//! might as well be new.

use std::sync::Arc;
use std::time::Duration;

use revcart_runtime::Clock;

use super::{Caller, Rate};
use crate::shared::{Away, Connection, Script};

/// `KEYS[1]`: the caller. `ARGV`: the time that one request takes up, the time that a burst takes up, the time now; all in
/// microseconds, the last one empty for the time of the server, on which replicas agree whatever their own clocks say.
/// Answers 0, or after how many microseconds the next request is let through.
const CHECK: &str = r"
local interval, burst, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
-- The time until which the caller's requests so far take up.
local taken = tonumber(redis.call('GET', KEYS[1]) or now)
-- A clock that went back must not lock anybody out.
if taken < now or taken > now + burst then taken = now end
local new = taken + interval
if new > now + burst then return math.max(1, math.ceil(new - burst - now)) end
redis.call('SET', KEYS[1], string.format('%.0f', new), 'PX', math.max(1, math.ceil((new - now) / 1000)))
return 0
";

/// Counters in Redis.
pub(super) struct Counters {
    connection: Arc<Connection>,
    check: Script,
    clock: Clock,
}

impl Counters {
    pub(super) fn new(connection: &Arc<Connection>, clock: &Clock) -> Self {
        Self {
            connection: Arc::clone(connection),
            check: Script::new(CHECK),
            clock: clock.clone(),
        }
    }

    /// Counts a request of `caller` in the class `class`.
    pub(super) async fn check(
        &self,
        class: &str,
        rate: Rate,
        caller: Caller,
    ) -> Result<Result<(), Duration>, Away> {
        let interval = rate.interval().as_micros().max(1);
        let burst = interval * u128::from(rate.burst().get());
        let key = self.connection.key(format_args!("limit:{class}:{caller}"));
        // A clock that is moved by hand has to be told; any other is not asked.
        let now = match self.clock.is_manual() {
            true => self.clock.now().micros().to_string(),
            false => String::new(),
        };
        let (interval, burst) = (interval.to_string(), burst.to_string());
        let wait: u64 = self
            .connection
            .run(
                &self.check,
                &[key],
                &[interval.as_bytes(), burst.as_bytes(), now.as_bytes()],
            )
            .await?;
        Ok(match wait {
            0 => Ok(()),
            micros => Err(Duration::from_micros(micros)),
        })
    }
}
