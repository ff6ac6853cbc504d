package holdfast.stanza;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The words that travel as one or two bytes (dictionary version 3, the fourth byte of the intro).
///
/// A word's code is its byte (1 to 235), or 236 + 256 × dictionary + index. No word is in two
/// places. Source: `tokens.json`, from which the data file beside this class is made.
final class Tokens {
  /// The first code, and the first marker byte, of the two-byte words.
  static final int FIRST_PAIR = 236;

  private static final int DICTIONARIES = 4;
  private static final int SIZE = FIRST_PAIR + DICTIONARIES * 256;
  private static final String[] WORDS = new String[SIZE];
  private static final Attribute.Text[] TEXTS = new Attribute.Text[SIZE];
  private static final Map<String, Integer> CODES = new HashMap<>(4 * SIZE);
  private static final int LONGEST;

  static {
    var words = load();
    if (words.size() != SIZE - 1) {
      throw new IllegalStateException("tokens.txt has " + words.size() + " words");
    }
    int longest = 0;
    for (int code = 1; code < SIZE; code++) {
      var word = words.get(code - 1);
      WORDS[code] = word;
      TEXTS[code] = new Attribute.Text(word);
      CODES.put(word, code);
      longest = Math.max(longest, word.length());
    }
    LONGEST = longest;
  }

  private Tokens() {}

  /// The code of a word, 0 when it has none.
  static int code(String word) {
    if (word.length() > LONGEST) {
      return 0;
    }
    @Nullable Integer code = CODES.get(word);
    return code == null ? 0 : code;
  }

  static int pair(int dictionary, int index) {
    return FIRST_PAIR + (dictionary << 8) + index;
  }

  static String word(int code) {
    return WORDS[code];
  }

  /// The word as an attribute's value: one object for all stanzas.
  static Attribute.Text text(int code) {
    return TEXTS[code];
  }

  private static List<String> load() {
    try (InputStream file = Tokens.class.getResourceAsStream("tokens.txt")) {
      if (file == null) {
        throw new IllegalStateException("tokens.txt is not in the class path");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
