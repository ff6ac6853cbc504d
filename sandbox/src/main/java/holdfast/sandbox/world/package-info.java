/// What the simulated network knows: accounts, devices, groups, queues, routes; data with methods.
///
/// Everything here is used by ONE thread, the [holdfast.sandbox.world.Loop]'s, so nothing is
/// locked. What changes is put into the [holdfast.sandbox.world.Records] of the running batch,
/// and what anybody outside may see follows only after those are durable. Stored, by kind and
/// key: `root` (the Noise keys), `account` (phone), `device` and `prekeys` and `prekeyhead`
/// (phone:device), `queued` (phone:device/sequence), `group` (id), `route` (id/phone:device),
/// `collection` (phone/name). Phones add their own kinds (package `phone`). Knows nothing of
/// sockets, HTTP or Signal.
@NullMarked
package holdfast.sandbox.world;

import org.jspecify.annotations.NullMarked;
