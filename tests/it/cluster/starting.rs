//! What is wrong with a backend stops the start with one line that names the setting and what to do; `doctor` says the same.

use revcart_messaging::sqs;
use revcart_persistence::testing::Place;
use revcart_tests::{Ran, command, stack};
use shared_events::Service;

use crate::turn;

/// Starts order-service with the settings of the stack and these, and says what it said instead of coming up.
async fn refusal(settings: &[(&str, &str)]) -> anyhow::Result<(Ran, Ran)> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().to_str().expect("the folder's name is text");
    let keys = command::revcart(["keys", "--dir", data]).await?;
    assert_eq!(keys.status, Some(0), "{keys}");
    let key = format!("{data}/order-service.pem");
    let trust = format!("{data}/trust.json");
    let own = [
        ("REVCART_SERVICE_KEY_FILE", key.as_str()),
        ("REVCART_SERVICE_TRUST", trust.as_str()),
    ];
    let mut environment = stack::settings()?;
    for (name, value) in own.iter().chain(settings) {
        environment.retain(|(known, _)| known != name);
        if !value.is_empty() {
            environment.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    let listen = ["serve", "order", "--listen", "127.0.0.1:0", "--data", data];
    let served = command::with(&environment, &listen).await?;
    let doctor = command::with(&environment, &["doctor", "--data", data]).await?;
    Ok((served, doctor))
}

/// The start failed with one line that has all of this in it, and so has what the doctor found.
fn says(ran: &(Ran, Ran), parts: &[&str]) {
    let (served, doctor) = ran;
    assert_eq!(served.status, Some(1), "{served}");
    let complaint: Vec<&str> = served.stderr.lines().collect();
    assert_eq!(complaint.len(), 1, "one line: {served}");
    assert_ne!(doctor.status, Some(0), "{doctor}");
    // A table breaks lines.
    let told: String = doctor.stdout.split_whitespace().collect();
    for part in parts {
        assert!(complaint[0].contains(part), "{part} is not in: {served}");
        let squeezed: String = part.split_whitespace().collect();
        assert!(told.contains(&squeezed), "{part} is not in: {doctor}");
    }
}

#[tokio::test]
async fn a_backend_that_is_not_there_or_not_ready_stops_the_start_with_what_to_do()
-> anyhow::Result<()> {
    let _turn = turn::taken().await;
    let place = Place::real(Service::Order).await;
    let database = place.address().expect("it is on a server");
    let url = ("REVCART_ORDER_DATABASE_URL", database.as_str());

    says(
        &refusal(&[url, ("AWS_ENDPOINT_URL", "http://127.0.0.1:9")]).await?,
        &["AWS_ENDPOINT_URL"],
    );
    says(
        &refusal(&[url, ("REVCART_RESOURCE_PREFIX", "nobody-made-this-")]).await?,
        &["nobody-made-this-", "revcart topology apply"],
    );
    // From here on the broker is as it should be.
    let prefix = format!("t{}-", &uuid::Uuid::new_v4().simple().to_string()[..12]);
    let resources = sqs::Options::new(prefix, &Service::ALL);
    sqs::topology::apply(&resources).await?;
    let refused = refusals_of_the_rest(&url, ("REVCART_RESOURCE_PREFIX", &resources.prefix)).await;
    sqs::topology::destroy(&resources).await?;
    refused
}

async fn refusals_of_the_rest(url: &(&str, &str), prefix: (&str, &str)) -> anyhow::Result<()> {
    let database = url.1;
    says(
        &refusal(&[
            prefix,
            (url.0, "mysql://revcart-admin:wrong@127.0.0.1:9/shop"),
        ])
        .await?,
        &["REVCART_ORDER_DATABASE_URL", "nobody answers there"],
    );
    let (before, after) = database.split_once(':').expect("an address");
    let (_, host) = after.split_once('@').expect("an address");
    let stranger = format!("{before}://revcart-admin:wrong@{host}");
    says(
        &refusal(&[prefix, (url.0, &stranger)]).await?,
        &["REVCART_ORDER_DATABASE_URL", "check user and password"],
    );
    says(&refusal(&[prefix, *url]).await?, &["revcart migrate order"]);
    says(
        &refusal(&[prefix, *url, ("REVCART_SERVICE_KEY_FILE", "")]).await?,
        &["REVCART_SERVICE_KEY"],
    );
    Ok(())
}
