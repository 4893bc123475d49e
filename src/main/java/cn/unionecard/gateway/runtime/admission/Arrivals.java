package cn.unionecard.gateway.runtime.admission;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Places in the order in which they were taken. */
final class Arrivals {
  private final Set<Place> places = new LinkedHashSet<>();

  void add(Place place) {
    boolean unused = places.add(place);
  }

  void remove(Place place) {
    boolean unused = places.remove(place);
  }

  @Nullable Place oldest() {
    Iterator<Place> all = places.iterator();
    return all.hasNext() ? all.next() : null;
  }

  int size() {
    return places.size();
  }
}
