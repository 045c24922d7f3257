use clap::CommandFactory;
use clap::error::ErrorKind;
use saga::order::State;

use super::*;

fn parse(line: &str) -> Result<Command, clap::Error> {
    let words = std::iter::once("revcart").chain(line.split_whitespace());
    Cli::try_parse_from(words).map(|cli| cli.command.expect("a command was typed"))
}

fn refused(line: &str) -> String {
    let error = parse(line).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ValueValidation, "{line}");
    error.to_string()
}

#[test]
fn the_commands_are_well_defined() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_and_option_says_what_it_does() {
    fn check(command: &clap::Command) {
        for part in command.get_subcommands() {
            assert!(part.get_about().is_some(), "{}", part.get_name());
            check(part);
        }
        for argument in command.get_arguments() {
            let name = argument.get_id();
            assert!(
                argument.get_help().is_some(),
                "{} {name}",
                command.get_name()
            );
        }
    }
    check(&Cli::command());
}

#[test]
fn what_prints_a_table_prints_json_too() {
    for line in [
        "audit",
        "trace RC-7K3M-9QXF",
        "saga ls",
        "saga show RC-7K3M-9QXF",
        "events tail",
        "dlq ls",
        "load",
        "doctor",
        "config",
    ] {
        assert!(parse(&format!("{line} --json")).is_ok(), "{line}");
    }
    assert!(parse("topology --format json").is_ok());
}

#[test]
fn revcart_alone_starts_everything() {
    assert!(Cli::try_parse_from(["revcart"]).unwrap().command.is_none());
    let up = Up::default();
    assert_eq!(up.listen.port(), 8080);
    assert!(!up.ephemeral && !up.relaxed);
}

#[test]
fn an_audit_waits_half_a_minute_unless_told_otherwise() {
    let Ok(Command::Audit(audit)) = parse("audit") else {
        panic!("no audit");
    };
    assert_eq!(audit.settle, std::time::Duration::from_secs(30));
    let Ok(Command::Audit(audit)) = parse("audit --settle 250ms --data /tmp/x") else {
        panic!("no audit");
    };
    assert_eq!(audit.settle, std::time::Duration::from_millis(250));
    assert_eq!(audit.data.dir, std::path::Path::new("/tmp/x"));
    assert!(refused("audit --settle soon").contains("--settle"));
}

#[test]
fn sagas_are_chosen_by_state_in_any_spelling() {
    for spelling in ["needs-attention", "NEEDS_ATTENTION"] {
        let Ok(Command::Saga(Saga::Ls { status, limit, .. })) =
            parse(&format!("saga ls --status {spelling}"))
        else {
            panic!("{spelling}");
        };
        assert_eq!((status, limit), (Some(State::NeedsAttention), 50));
    }
    assert!(refused("saga ls --status happy").contains("one of running"));
}

#[test]
fn services_are_known_by_their_short_and_their_full_name() {
    for name in ["order", "order-service"] {
        let Ok(Command::Dlq(Dlq::Ls { service, .. })) = parse(&format!("dlq ls {name}")) else {
            panic!("{name}");
        };
        assert_eq!(service, Some(shared_events::Service::Order));
    }
    assert!(refused("serve kitchen").contains("one of user, product"));
    assert!(refused("dlq show 42").contains("<ID>"));
}

#[test]
fn a_service_is_served_by_its_name_and_so_is_the_gateway() {
    for (line, expected) in [
        (
            "serve order",
            Served::Service(shared_events::Service::Order),
        ),
        (
            "serve cart-service",
            Served::Service(shared_events::Service::Cart),
        ),
        ("serve gateway", Served::Gateway),
    ] {
        let Ok(Command::Serve(options)) = parse(line) else {
            panic!("{line}");
        };
        assert_eq!(options.served, expected);
    }
    assert!(refused("serve shop").contains("analytics, gateway"));
}

#[test]
fn bounds_are_kept() {
    refused("cluster --replicas 0");
    refused("cluster --replicas 10");
    refused("seed orders --count 5 --user 01a1f9f3-2041-74f9-a699-eedec9df0139 --share 101");
    assert!(parse("seed orders --count 1000000 --yes").is_ok());
    assert!(parse("topology diff").is_ok() && parse("topology apply").is_ok());
    assert!(parse("keys --dir keys --rotate order").is_ok());
}

#[test]
fn a_letter_is_looked_at_in_one_part_or_in_both() {
    assert!(parse("notify preview").is_ok());
    assert!(parse("notify preview order_received --html --to /tmp/x.html").is_ok());
    for wrong in [
        "notify preview welcome --html --text",
        "notify preview --to /tmp/x",
    ] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}
