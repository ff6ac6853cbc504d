package holdfast.sandbox.world;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// How many sockets each client holds, told by the static Noise key of its handshake: where the
/// iron rule of one socket per tenant can be counted and not be faked. Starts at 0 with the
/// process.
public final class SocketBook {
  /// How a socket that a login has replaced behaved: it still answered, it was silent, or either
  /// side was a rival that the sandbox itself played.
  public enum Replaced {
    LIVE,
    DEAD,
    RIVAL,
    BY_RIVAL
  }

  public static final class Row {
    private final String noiseKey;
    private Optional<String> device = Optional.empty();
    private int open;
    private int maxOpen;
    private long opened;
    private long cutShort;
    private final Map<Replaced, Long> replaced = new LinkedHashMap<>();

    private Row(String noiseKey) {
      this.noiseKey = noiseKey;
    }

    public String noiseKey() {
      return noiseKey;
    }

    public Optional<String> device() {
      return device;
    }

    public int open() {
      return open;
    }

    public int maxOpen() {
      return maxOpen;
    }

    public long opened() {
      return opened;
    }

    /// How many of its sockets ended while a stanza that was delivered over them was unanswered.
    public long cutShort() {
      return cutShort;
    }

    public long replaced(Replaced how) {
      return replaced.getOrDefault(how, 0L);
    }
  }

  private final Map<String, Row> rows = new LinkedHashMap<>();
  private int open;
  private int maxOpen;
  private long accepted;

  /// A socket, handshake or not.
  public void accepted() {
    accepted++;
    open++;
    maxOpen = Math.max(maxOpen, open);
  }

  public void gone() {
    open--;
  }

  /// A socket whose handshake is done.
  public void opened(String noiseKey) {
    var row = row(noiseKey);
    row.opened++;
    row.open++;
    row.maxOpen = Math.max(row.maxOpen, row.open);
  }

  public void closed(String noiseKey) {
    row(noiseKey).open--;
  }

  public void belongs(String noiseKey, Device device) {
    row(noiseKey).device = Optional.of(device.key());
  }

  /// Its socket has ended in the middle of a conversation: something was delivered and not
  /// answered.
  public void cutShort(String noiseKey) {
    row(noiseKey).cutShort++;
  }

  public void replaced(String noiseKey, Replaced how) {
    row(noiseKey).replaced.merge(how, 1L, Long::sum);
  }

  private Row row(String noiseKey) {
    return rows.computeIfAbsent(noiseKey, Row::new);
  }

  public Collection<Row> rows() {
    return rows.values();
  }

  public int open() {
    return open;
  }

  public int maxOpen() {
    return maxOpen;
  }

  public long total() {
    return accepted;
  }
}
