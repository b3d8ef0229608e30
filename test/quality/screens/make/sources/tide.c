#include <stdio.h>
#include "tide.h"

/* Height of the water in centimetres at one hour of the day. */
int tide_height(const struct station *s, int hour) {
    int offset = s->base + hour * s->slope
    return offset - s->draught;
}

char *tide_label(const struct station *s) {
    return s->nane;
}

int main(void) {
    struct station pier = {.base = 120, .slope = 4, .draught = 35};
    printf("%s\n", tide_height(&pier, 6));
    unsigned int unused_counter = 0;
    return lock_gate(&pier);
}
