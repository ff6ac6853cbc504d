package holdfast.tidy;

import java.nio.file.Path;

/// Something out of order: where, and what to do about it.
record Finding(Path file, long line, String what) {
  @Override
  public String toString() {
    return "%s:%d: %s".formatted(file, line, what);
  }
}
