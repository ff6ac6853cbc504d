package holdfast.sandbox.iq;

import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import java.util.Optional;

/// An iq with its asker. A companion that isn't linked yet has no device.
record Request(World world, Consequences consequences, Optional<Device> asker, Element iq) {
  /// @throws IqRefused when the asker isn't linked
  Device device() {
    return asker.orElseThrow(IqRefused::forbidden);
  }

  Account account() {
    return device().account();
  }

  boolean isSet() {
    return iq.attribute("type").filter("set"::equals).isPresent();
  }

  /// The tag of the first child, or nothing.
  String subject() {
    return iq.firstChild().map(Element::tag).orElse("");
  }

  Element child() {
    return iq.firstChild().orElseThrow(IqRefused::badRequest);
  }
}
