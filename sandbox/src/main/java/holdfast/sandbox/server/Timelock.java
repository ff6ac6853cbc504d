package holdfast.sandbox.server;

import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Faults.Fault;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;

/// An account that may not begin new chats for a while is told so, with the time at which that ends
/// (protocol page 05 § 9, `mex`); the acks of what it tries carry 463.
final class Timelock {
  private static final String OPERATION = "NotificationUserReachoutTimelockUpdate";

  private Timelock() {}

  static void tell(World world, Device device, Fault lock) {
    var json =
        """
        {"data":{"xwa2_notify_account_reachout_timelock":{"is_active":true,\
        "time_enforcement_ends":"%d","enforcement_type":"DEFAULT"}}}"""
            .formatted(lock.number("until", 0));
    device.deliver(
        world
            .notification(Jid.SERVER, "mex")
            .containing(Element.of("update").with("op_name", OPERATION).containing(json)));
  }
}
