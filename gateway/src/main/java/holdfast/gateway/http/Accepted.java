package holdfast.gateway.http;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which of the forms on offer a request wants (RFC 9110 § 12.5.1).
final class Accepted {
  private record Wish(String type, double quality) {
    boolean fits(String offer) {
      return type.equals("*/*")
          || type.equals(offer)
          || (type.endsWith("/*") && offer.startsWith(type.substring(0, type.length() - 1)));
    }
  }

  private Accepted() {}

  /// The first of `offers` that is wanted most. @throws Refusal when none is wanted
  static String of(Context request, List<String> offers) {
    var header = request.header("Accept");
    if (header == null || header.isBlank()) {
      return offers.getFirst();
    }
    for (var wish : wishes(header)) {
      for (var offer : offers) {
        if (wish.fits(offer) && wish.quality() > 0) {
          return offer;
        }
      }
    }
    throw Refusal.of(Problem.NOT_ACCEPTABLE, "it is to be had as " + String.join(", ", offers));
  }

  private static List<Wish> wishes(String header) {
    var wishes = new ArrayList<Wish>();
    for (var part : header.split(",", -1)) {
      var words = part.strip().split(";", -1);
      double quality = 1;
      for (var word : words) {
        if (word.strip().startsWith("q=")) {
          quality = number(word.strip().substring(2));
        }
      }
      wishes.add(new Wish(words[0].strip().toLowerCase(java.util.Locale.ROOT), quality));
    }
    wishes.sort(Comparator.comparingDouble(Wish::quality).reversed());
    return wishes;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
