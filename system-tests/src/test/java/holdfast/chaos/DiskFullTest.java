package holdfast.chaos;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsNamespace
class DiskFullTest {
  @TempDir Path disk;

  @Test
  @DisplayName(
      "R22: on a full disk readiness is red, sends are refused and nothing is acknowledged that"
          + " isn't stored; once there is room everything goes on")
  void goesOn() throws Exception {
    var mount = "mount -t tmpfs -o size=32m holdfast '" + disk + "'";
    Namespace.runAfter(mount, "disk-full", disk.toString(), "1");
  }
}
