//! The course of single payments, told step by step.
