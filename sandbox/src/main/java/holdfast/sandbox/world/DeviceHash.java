package holdfast.sandbox.world;

import holdfast.crypto.Digests;
import holdfast.stanza.Jid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.stream.Collectors;

/// The participants' hash by which server and clients compare device lists (protocol page 05 § 3;
/// vectors `phash.json`).
public final class DeviceHash {
  private DeviceHash() {}

  public static String of(Collection<Jid> devices) {
    var text =
        devices.stream()
            .map(jid -> jid.user() + ".0:" + jid.device() + "@" + jid.server())
            .sorted()
            .collect(Collectors.joining());
    var hash = Digests.sha256(text.getBytes(StandardCharsets.UTF_8));
    return "2:" + Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 6));
  }
}
