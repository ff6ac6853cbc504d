package holdfast.sandbox;

import java.nio.file.Path;
import java.util.Optional;

/// How a sandbox is started.
///
/// `port`: control and `ws`; 0 for any free one. `folder`: where the world is kept; empty for one
/// that ends with the process. `fresh`: begins a new world. `timeScale`: 1 for real time, 0.1 for
/// linking codes that live a tenth of it.
public record SandboxSettings(int port, Optional<Path> folder, boolean fresh, double timeScale) {
  /// On a free port, kept nowhere: for tests.
  public static SandboxSettings inMemory() {
    return new SandboxSettings(0, Optional.empty(), false, 1);
  }

  public SandboxSettings withPort(int other) {
    return new SandboxSettings(other, folder, fresh, timeScale);
  }

  public SandboxSettings withFolder(Path other) {
    return new SandboxSettings(port, Optional.of(other), fresh, timeScale);
  }

  public SandboxSettings withTimeScale(double other) {
    return new SandboxSettings(port, folder, fresh, other);
  }
}
