package holdfast.sandbox.control;

import holdfast.sandbox.world.SocketBook;
import holdfast.sandbox.world.SocketBook.Replaced;
import java.util.List;
import java.util.Optional;

/// The counts of [SocketBook] at one moment, as the control interface shows them.
public record SocketsView(Total total, List<Link> links) {
  public record Total(int open, int maxOpen, long accepted) {}

  /// One client, known by its static Noise key (hex).
  public record Link(
      String noiseKey,
      Optional<String> device,
      int open,
      int maxOpen,
      long opened,
      long cutShort,
      long replacedLive,
      long replacedDead,
      long replacedRival,
      long replacedByRival) {}

  static SocketsView of(SocketBook book) {
    var links = book.rows().stream().map(SocketsView::link).toList();
    return new SocketsView(new Total(book.open(), book.maxOpen(), book.total()), links);
  }

  private static Link link(SocketBook.Row row) {
    return new Link(
        row.noiseKey(),
        row.device(),
        row.open(),
        row.maxOpen(),
        row.opened(),
        row.cutShort(),
        row.replaced(Replaced.LIVE),
        row.replaced(Replaced.DEAD),
        row.replaced(Replaced.RIVAL),
        row.replaced(Replaced.BY_RIVAL));
  }

  /// The row of a device, when it has ever connected.
  public Optional<Link> of(String device) {
    return links.stream().filter(link -> link.device().equals(Optional.of(device))).findFirst();
  }
}
