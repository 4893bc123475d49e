package cn.unionecard.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every link from a document of the repository into it leads to a file, and to its heading. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*)");
  private static final Pattern LINKED = Pattern.compile("\\[([^\\]]*)\\]\\([^)]*\\)");
  private static final Pattern NOT_OF_AN_ANCHOR =
      Pattern.compile("[^\\p{L}\\p{N}_ -]", Pattern.UNICODE_CHARACTER_CLASS);

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> lost = new ArrayList<>();
    Map<Path, Set<String>> anchors = new HashMap<>();
    int links = 0;
    for (Path document : Documents.all()) {
      for (String line : Documents.prose(document)) {
        Matcher link = LINK.matcher(line);
        while (link.find()) {
          if (!link.group(1).contains(":")) {
            links++;
            if (!leads(document, link.group(1), anchors)) {
              lost.add(document + ": " + link.group(1));
            }
          }
        }
      }
    }
    assertTrue(links > 100, links + " were found");
    assertEquals(List.of(), lost);
  }

  private static boolean leads(Path from, String link, Map<Path, Set<String>> anchors)
      throws IOException {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path to = file.isEmpty() ? from : from.resolveSibling(file).normalize();
    if (!Files.exists(to)) {
      return false;
    }
    if (hash < 0 || !to.toString().endsWith(".md")) {
      return true;
    }
    if (!anchors.containsKey(to)) {
      anchors.put(to, anchors(to));
    }
    return anchors.get(to).contains(link.substring(hash + 1));
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path document) throws IOException {
    Set<String> anchors = new HashSet<>();
    for (String line : Documents.prose(document)) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        String words = LINKED.matcher(heading.group(1)).replaceAll("$1").strip();
        String anchor =
            NOT_OF_AN_ANCHOR
                .matcher(words.toLowerCase(Locale.ROOT))
                .replaceAll("")
                .replace(' ', '-');
        int again = 0;
        String one = anchor;
        while (!anchors.add(one)) {
          again++;
          one = anchor + "-" + again;
        }
      }
    }
    return anchors;
  }
}
