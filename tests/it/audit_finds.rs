//! A violation of each invariant, planted into the databases of a system that has done its work: the audit finds each.
