package holdfast.gateway.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/// A body that has to have come within its time: others wait for whoever sends it.
final class Upload extends FilterInputStream {
  private final Duration patience;
  private final long deadline;

  Upload(InputStream body, Duration patience) {
    super(body);
    this.patience = patience;
    this.deadline = System.nanoTime() + patience.toNanos();
  }

  @Override
  public int read() throws IOException {
    hurry();
    return super.read();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    hurry();
    return super.read(target, offset, length);
  }

  private void hurry() {
    if (System.nanoTime() - deadline >= 0) {
      throw Refusal.of(
          Problem.INVALID_REQUEST, "the body took longer than " + patience.toSeconds() + " s");
    }
  }
}
