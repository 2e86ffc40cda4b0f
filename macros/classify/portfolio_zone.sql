{#- The zone of the portfolio by two scores and their cuts: from the cut on a score is high. Without one of the scores a customer is not rated. -#}
{% macro portfolio_zone(potential_score, attractiveness_score, potential_cut, attractiveness_cut) -%}
    case
        when {{ potential_score }} is null or {{ attractiveness_score }} is null then 'UNRATED'
        when {{ potential_score }} >= {{ potential_cut }} and {{ attractiveness_score }} >= {{ attractiveness_cut }} then 'PROTECT'
        when {{ potential_score }} >= {{ potential_cut }} then 'DEVELOP'
        when {{ attractiveness_score }} >= {{ attractiveness_cut }} then 'HOLD'
        else 'WITHDRAW'
    end
{%- endmacro %}
