/// Where all that must last is kept: one schema, one committer.
///
/// The only user of JDBC. Owns the layout (`db/sqlite/V1__store.sql` draws it, `db/postgresql`
/// says the same in PostgreSQL's words: a change is a file of one number in both), the data
/// folder, the sealing of secrets and the numbering of events. The two databases differ in an
/// [holdfast.gateway.store.Engine] and a [holdfast.gateway.store.Dialect] each, and nowhere else.
/// Everything is written by ONE thread, the [holdfast.gateway.store.Committer], many tenants to a
/// transaction; everything is read through connections that only read. Knows what a session keeps
/// as kinds, keys and bytes, and nothing of HTTP, webhooks or WhatsApp.
@NullMarked
package holdfast.gateway.store;

import org.jspecify.annotations.NullMarked;
